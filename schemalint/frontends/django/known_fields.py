"""Field classes of other packages: what is known of them where the package itself is not among the sources.

A package that is among the sources is read like any other, and this table is not asked.
"""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.frontends.django.field_types import CORE, POSTGRESQL, FieldType
from schemalint.frontends.python_source.values import Call, Unknown, Value


def _like(name: str, to: str | None = None, **defaults: Value) -> FieldType:
    base = CORE[name]
    return replace(base, defaults={**base.defaults, **defaults}, to=to)


NO_COLUMN = FieldType(internal="", column=False)
"""A field that is none of the model's own."""

_LOCAL_FLAVOR = {
    1: "BYRegionField",
    2: (
        "BRStateField CAProvinceField ECProvinceField INStateField MKMunicipalityField "
        "QAMunicipalityField UAEEmirateField USPostalCodeField USStateField"
    ),
    3: "AUStateField CUProvinceField CURegionField NLProvinceField",
    4: "AUPostCodeField MXStateField",
    5: (
        "CUPostalCodeField ESPostalCodeField LKPostalCodeField MDCompanyTypeField MXZipCodeField "
        "NPPostalCodeField PKPostCodeField PKStateField UAEPostalCodeField UAPostalCodeField "
        "UARegionField"
    ),
    6: "BYPostalCodeField",
    7: "CAPostalCodeField NLZipCodeField",
    8: "MKIdentityCardNumberField NLLicensePlateField",
    9: (
        "AUCompanyNumberField BRPostalCodeField BYPassNumberField ESIdentityCardNumberField FRSIRENField "
        "MDLicensePlateField"
    ),
    10: "BGEGNField FRRNAField INPANCardNumberField UAEPOBoxField UAVatNumberField USZipCodeField",
    11: (
        "AUBusinessNumberField AUTaxFileNumberField BICField CASocialInsuranceNumberField "
        "CUIdentityCardNumberField MXSocialSecurityNumberField NPZoneField QANationalIDField "
        "USAdoptionTaxpayerIdentificationNumberField USIndividualTaxpayerIdentificationNumberField "
        "USSocialSecurityNumberField USTaxpayerIdentificationNumberField"
    ),
    12: "NLBSNField NPProvinceField",
    13: "BGEIKField GHRegionField MDIDNOField MXRFCField UMCNField",
    14: "BRCPFField BYPassIdNumberField FRSIRETField",
    15: "LKDistrictField LKProvinceField NPDistrictField UAETaxRegistrationNumberField",
    18: "BRCNPJField MXCLABEField MXCURPField UAEEmiratesIDField",
    34: "IBANField",
}
"""The fields of django-localflavor, by the length of their columns."""

_KNOWN: dict[tuple[str, str], FieldType] = {
    ("annoying", "AutoOneToOneField"): _like("OneToOneField"),
    ("annoying", "JSONField"): _like("TextField"),
    ("autoslug", "AutoSlugField"): _like("SlugField"),
    ("ckeditor", "RichTextField"): _like("TextField"),
    ("ckeditor_uploader", "RichTextUploadingField"): _like("TextField"),
    ("cms", "PageField"): _like("ForeignKey", to="cms.Page"),
    ("cms", "PlaceholderField"): _like("ForeignKey", to="cms.Placeholder", null=True),
    ("cms", "PlaceholderRelationField"): NO_COLUMN,
    ("colorfield", "ColorField"): _like("CharField", max_length=Unknown("what its version says")),
    ("concurrency", "AutoIncVersionField"): _like("BigIntegerField"),
    ("concurrency", "ConditionalVersionField"): _like("BigIntegerField"),
    ("concurrency", "IntegerVersionField"): _like("BigIntegerField"),
    ("concurrency", "TriggerVersionField"): _like("BigIntegerField"),
    ("django_better_admin_arrayfield", "ArrayField"): POSTGRESQL["ArrayField"],
    ("django_bleach", "BleachField"): _like("TextField"),
    ("django_countries", "CountryField"): replace(
        _like("CharField", max_length=2), computed={"multiple": "max_length"}
    ),
    ("django_cryptography", "EncryptedTextField"): _like("BinaryField"),
    ("django_enumfield", "EnumField"): _like("IntegerField"),
    ("django_extensions", "AutoSlugField"): _like("SlugField"),
    ("django_extensions", "CreationDateTimeField"): _like("DateTimeField", auto_now_add=True),
    ("django_extensions", "ModificationDateTimeField"): _like("DateTimeField", auto_now=True),
    ("django_extensions", "RandomCharField"): replace(_like("CharField"), computed={"length": "max_length"}),
    ("django_extensions", "ShortUUIDField"): _like("CharField", max_length=22),
    ("django_extensions", "JSONField"): _like("TextField"),
    ("django_fsm", "FSMField"): _like("CharField", max_length=50),
    ("django_fsm", "FSMIntegerField"): _like("IntegerField"),
    ("django_fsm", "FSMKeyField"): _like("ForeignKey"),
    ("django_jsonform", "JSONField"): _like("JSONField"),
    ("django_jsonform", "ArrayField"): POSTGRESQL["ArrayField"],
    ("django_measurement", "MeasurementField"): _like("FloatField"),
    ("django_mysql", "ListCharField"): _like("CharField"),
    ("django_pydantic_field", "PydanticSchemaField"): _like("JSONField"),
    ("django_ulid", "ULIDField"): _like("UUIDField"),
    ("django_smalluuid", "SmallUUIDField"): _like("UUIDField", unique=True),
    ("djmoney", "CurrencyField"): _like("CharField", max_length=3),
    ("djmoney", "MoneyField"): _like("DecimalField", decimal_places=2),
    ("easy_thumbnails", "ThumbnailerImageField"): _like("ImageField"),
    ("easy_thumbnails", "ThumbnailerField"): _like("FileField"),
    ("encrypted_fields", "EncryptedCharField"): _like("TextField"),
    ("encrypted_fields", "EncryptedTextField"): _like("TextField"),
    ("encrypted_fields", "EncryptedEmailField"): _like("TextField"),
    ("enumfields", "EnumField"): _like("CharField", max_length=10),
    ("enumfields", "EnumIntegerField"): _like("IntegerField"),
    ("fernet_fields", "EncryptedCharField"): _like("BinaryField"),
    ("fernet_fields", "EncryptedDateField"): _like("BinaryField"),
    ("fernet_fields", "EncryptedTextField"): _like("BinaryField"),
    ("fernet_fields", "EncryptedEmailField"): _like("BinaryField"),
    ("fernet_fields", "EncryptedIntegerField"): _like("BinaryField"),
    ("fernet_fields", "EncryptedDateTimeField"): _like("BinaryField"),
    ("filer", "FilerFileField"): _like("ForeignKey", to="filer.File"),
    ("filer", "FilerFolderField"): _like("ForeignKey", to="filer.Folder"),
    ("filer", "FilerImageField"): _like("ForeignKey", to="filer.Image"),
    ("hashid_field", "BigHashidAutoField"): _like("BigAutoField"),
    ("hashid_field", "BigHashidField"): _like("BigIntegerField"),
    ("hashid_field", "HashidAutoField"): _like("AutoField"),
    ("hashid_field", "HashidField"): _like("IntegerField"),
    ("i18nfield", "I18nCharField"): _like("TextField"),
    ("i18nfield", "I18nTextField"): _like("TextField"),
    ("image_cropping", "ImageCropField"): _like("ImageField"),
    ("image_cropping", "ImageRatioField"): _like("CharField", max_length=255),
    ("imagekit", "ImageSpecField"): NO_COLUMN,
    ("imagekit", "ProcessedImageField"): _like("ImageField"),
    ("jsonfield", "JSONField"): _like("TextField"),
    **{
        ("localflavor", name): _like("CharField", max_length=length)
        for length, names in _LOCAL_FLAVOR.items()
        for name in names.split()
    },
    ("localized_fields", "LocalizedField"): POSTGRESQL["HStoreField"],
    ("markdownx", "MarkdownxField"): _like("TextField"),
    ("martor", "MartorField"): _like("TextField"),
    ("mdeditor", "MDTextField"): _like("TextField"),
    ("model_utils", "AutoCreatedField"): _like("DateTimeField"),
    ("model_utils", "AutoLastModifiedField"): _like("DateTimeField"),
    ("model_utils", "MonitorField"): _like("DateTimeField"),
    ("model_utils", "StatusField"): _like("CharField", max_length=100),
    ("model_utils", "UUIDField"): _like("UUIDField", primary_key=True),
    ("model_utils", "UrlsafeTokenField"): _like("CharField", max_length=128),
    ("modelcluster", "ClusterTaggableManager"): NO_COLUMN,
    ("modelcluster", "ParentalKey"): _like("ForeignKey"),
    ("modelcluster", "ParentalManyToManyField"): _like("ManyToManyField"),
    ("mptt", "TreeForeignKey"): _like("ForeignKey"),
    ("mptt", "TreeOneToOneField"): _like("OneToOneField"),
    ("mptt", "TreeManyToManyField"): _like("ManyToManyField"),
    ("multi_email_field", "MultiEmailField"): _like("TextField"),
    ("multiselectfield", "MultiSelectField"): _like("CharField", max_length=200),
    ("netfields", "CidrAddressField"): FieldType(internal="CidrAddressField", column_type="cidr"),
    ("netfields", "InetAddressField"): FieldType(internal="InetAddressField", column_type="inet"),
    ("multiselectfield", "SortMultiSelectField"): _like("CharField", max_length=200),
    ("netfields", "MACAddress8Field"): FieldType(internal="MACAddress8Field", column_type="macaddr8"),
    ("netfields", "MACAddressField"): FieldType(internal="MACAddressField", column_type="macaddr"),
    **{
        ("opaque_keys", name): _like("CharField", max_length=255)
        for name in (
            "BlockTypeKeyField",
            "CollectionKeyField",
            "ContainerKeyField",
            "CourseKeyField",
            "LearningContextKeyField",
            "LocationKeyField",
            "UsageKeyField",
        )
    },
    ("oauth2_provider", "ClientSecretField"): _like("CharField"),
    ("ordered_model", "OrderedModelField"): _like("PositiveIntegerField"),
    ("organizations", "AutoCreatedField"): _like("DateTimeField"),
    ("organizations", "AutoLastModifiedField"): _like("DateTimeField"),
    ("organizations", "SlugField"): _like("SlugField"),
    ("parler", "TranslatedFields"): NO_COLUMN,
    ("parler", "TranslationsForeignKey"): _like("ForeignKey"),
    ("parler", "TranslatedField"): NO_COLUMN,
    ("phonenumber_field", "PhoneNumberField"): _like("CharField", max_length=128),
    ("picklefield", "PickledObjectField"): _like("TextField"),
    ("positions", "PositionField"): _like("IntegerField"),
    ("private_storage", "PrivateFileField"): _like("FileField"),
    ("private_storage", "PrivateImageField"): _like("ImageField"),
    ("psqlextra", "HStoreField"): POSTGRESQL["HStoreField"],
    ("pgtrigger", "Trigger"): NO_COLUMN,
    ("recurrence", "RecurrenceField"): _like("TextField"),
    ("relativedeltafield", "RelativeDeltaField"): FieldType(
        internal="DurationField", column_type={"postgresql": "interval", "": "varchar(27)"}
    ),
    ("s3direct", "S3DirectField"): _like("TextField"),
    ("shortuuid", "ShortUUIDField"): _like("CharField", max_length=22),
    ("shortuuidfield", "ShortUUIDField"): _like("CharField", max_length=22),
    ("simple_history", "HistoricForeignKey"): _like("ForeignKey"),
    ("simple_history", "HistoricOneToOneField"): _like("OneToOneField"),
    ("simple_history", "HistoricalRecords"): NO_COLUMN,
    ("sorl", "ImageField"): _like("ImageField"),
    ("sortedm2m", "SortedManyToManyField"): _like("ManyToManyField"),
    ("stdimage", "JPEGField"): _like("ImageField"),
    ("stdimage", "StdImageField"): _like("ImageField"),
    ("taggit", "TaggableManager"): NO_COLUMN,
    ("taggit_autosuggest", "TaggableManager"): NO_COLUMN,
    ("tree_queries", "TreeNodeForeignKey"): _like("ForeignKey"),
    ("wagtailmarkdown", "MarkdownField"): _like("TextField"),
    ("timezone_field", "TimeZoneField"): _like("CharField", max_length=63),
    ("tinymce", "HTMLField"): _like("TextField"),
    ("treebeard", "MP_PathField"): _like("CharField", max_length=255),
    ("upload_validator", "FileTypeField"): _like("FileField"),
    ("versatileimagefield", "VersatileImageField"): _like("ImageField"),
    ("versatileimagefield", "PPOIField"): _like("CharField", max_length=20),
    ("vectorfield", "VectorField"): FieldType(internal="VectorField", column_type="vector"),
    ("pgvector", "VectorField"): FieldType(internal="VectorField", column_type="vector"),
    ("pgvector", "SparseVectorField"): FieldType(internal="SparseVectorField", column_type="sparsevec"),
    ("pgvector", "HalfVectorField"): FieldType(internal="HalfVectorField", column_type="halfvec"),
    ("wagtail", "RichTextField"): _like("TextField"),
    ("wagtail", "StreamField"): _like("JSONField"),
    ("wagtail", "TaggableManager"): NO_COLUMN,
    ("wagtail", "WagtailImageField"): _like("ImageField"),
}
"""By the package's name and the class's own."""

WRAPPERS = {"django_cryptography.fields.encrypt": _like("BinaryField")}
"""Functions that are given a field and give back one of another class, with the same arguments."""

_FIELD_ARGUMENTS = frozenset(
    {
        "null",
        "blank",
        "verbose_name",
        "help_text",
        "db_index",
        "max_length",
        "on_delete",
        "unique",
        "primary_key",
        "db_column",
        "editable",
        "related_name",
    }
)


def of(name: str) -> FieldType | None:
    """The type of a class of a known package, by its dotted name."""
    last = name.rpartition(".")[2]
    found = _KNOWN.get((name.partition(".")[0], last))
    if found is not None and found.relation:  # whose internal type is the name of the class
        return replace(found, internal=last)
    return found


def looks_like_field(name: str, call: Call) -> bool:
    """Whether a call of a class that is not known makes a field, to all appearances."""
    last = name.rpartition(".")[2]
    if last.endswith(("Field", "ForeignKey", "OneToOne")):
        return not name.startswith(("django.forms", "rest_framework", "wagtail.blocks"))
    return (
        last[:1].isupper() and bool(_FIELD_ARGUMENTS & call.keywords.keys()) and "on_delete" in call.keywords
    )


def has_field_arguments(call: Call) -> bool:
    """Whether a call has arguments that fields have, and little else."""
    return bool(_FIELD_ARGUMENTS & call.keywords.keys())


def guessed(name: str, call: Call) -> FieldType:
    """What a class that is not known may be, by its name and the call's arguments; never certain."""
    last = name.rpartition(".")[2]
    if "on_delete" in call.keywords or last.endswith(("ForeignKey", "OneToOneField")):
        like = "OneToOneField" if "OneToOne" in last else "ForeignKey"
    elif last.endswith("ManyToManyField"):
        like = "ManyToManyField"
    else:
        endings = (kind for kind in CORE if kind not in ("Field", "ForeignObject") and last.endswith(kind))
        like = max(endings, key=len, default="")
    if not like:
        return FieldType(internal="", known=False)
    base = _like(like)
    return FieldType(
        internal=last if base.relation else base.internal,
        relation=base.relation,
        empty_strings=base.empty_strings,
        defaults=base.defaults,
        known=False,
    )
