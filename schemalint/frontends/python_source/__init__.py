"""What can be known of Python sources without executing them: shared by the front ends that read Python."""
