"""Every format on the same reports, compared with golden files, and with the tools that read them."""
