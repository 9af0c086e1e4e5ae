"""make_certificate.py DIRECTORY KIND: writes authority.pem, and certificate.pem with key.pem that it has issued."""

import datetime
import ipaddress
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

directory, kind = sys.argv[1:]
now = datetime.datetime.utcnow()
day = datetime.timedelta(days=1)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def write(file, content):
    with open(f"{directory}/{file}", "wb") as output:
        output.write(content)


def certificate(subject, key, begin, end, extensions):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name("authority of a test"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )
    for extension, is_critical in extensions:
        builder = builder.add_extension(extension, is_critical)
    signed = builder.sign(authority, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


authority = ec.generate_private_key(ec.SECP256R1())
write(
    "authority.pem",
    certificate(
        "authority of a test", authority, now - 90 * day, now + 90 * day,
        [
            (x509.BasicConstraints(ca=True, path_length=None), True),
            (x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), False),
        ],
    ),
)

key = ec.generate_private_key(ec.SECP256R1())
begin, end = (now - 60 * day, now - 30 * day) if kind == "expired" else (now - day, now + 30 * day)
names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
if kind == "otherName":
    names = [x509.DNSName("elsewhere.example")]
write(
    "certificate.pem",
    certificate("server of a test", key, begin, end, [(x509.SubjectAlternativeName(names), False)]),
)
write(
    "key.pem",
    key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ),
)
