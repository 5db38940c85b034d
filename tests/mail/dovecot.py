"""A dovecot of one's own: a mailbox on a free port, which disappears with the test."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.setup.processes import free_port, stop, until

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
USER, PASSWORD = "desk", "geheim"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {daemon}
default_login_user = {daemon}
default_internal_group = {group}
mail_location = maildir:{folder}/mail
mail_uid = {owner}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@contextmanager
def dovecot() -> Iterator[tuple[str, int]]:
    """A server with one empty mailbox; yields its MAIL_IN_URL and its port."""
    assert DOVECOT is not None
    port, me = free_port(), pwd.getpwuid(os.geteuid())
    owner = "nobody" if me.pw_uid == 0 else me.pw_name  # dovecot refuses to serve mail as root
    group = grp.getgrgid(pwd.getpwnam(owner).pw_gid).gr_name
    with TemporaryDirectory(prefix="dovecot-") as name:  # not pytest's, which nobody else may enter
        folder = Path(name)
        folder.chmod(0o711)
        for part in ("mail", "run", "state"):
            (folder / part).mkdir()
        if me.pw_uid == 0:
            shutil.chown(folder / "mail", owner, group)
        config = folder / "dovecot.conf"
        given = {"owner": owner, "group": group, "password": PASSWORD, "daemon": owner}
        config.write_text(CONFIG.format(folder=folder, port=port, **given))
        server = subprocess.Popen([DOVECOT, "-F", "-c", str(config)])
        try:
            until(lambda: bool(_sign_in(port)), f"dovecot: {folder / 'log'}")
            yield f"imap://{USER}:{PASSWORD}@127.0.0.1:{port}/INBOX", port
        finally:
            stop(server)


def _sign_in(port: int) -> imaplib.IMAP4 | None:
    with suppress(OSError, imaplib.IMAP4.error):
        connection = imaplib.IMAP4("127.0.0.1", port, timeout=10)
        connection.login(USER, PASSWORD)
        return connection
    return None


def put(port: int, messages: list[bytes]) -> None:
    """As a mail server would: each arrives unread."""
    connection = _sign_in(port)
    assert connection is not None
    for raw in messages:
        status, answer = connection.append("INBOX", "", "", raw)
        assert status == "OK", answer
    connection.logout()


def folder_sizes(port: int, *folders: str, criterion: str = "ALL") -> list[int]:
    connection = _sign_in(port)
    assert connection is not None
    sizes = []
    for folder in folders:
        connection.select(folder, readonly=True)
        sizes.append(len(connection.search(None, criterion)[1][0].split()))
    connection.logout()
    return sizes
