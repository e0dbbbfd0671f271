"""A MySQL server in the place of MariaDB, where SWITCHYARD_TEST_MYSQLD names the program: Debian's stable releases have none."""

from __future__ import annotations

import os
import pathlib

from .mariadb import MariaDB


class MySQL(MariaDB):
    def _program(self) -> list[str]:
        mysqld = os.environ["SWITCHYARD_TEST_MYSQLD"]
        options = ["--mysqlx=OFF", "--disable-log-bin", "--secure-file-priv=NULL", "--innodb-redo-log-capacity=64M"]
        return [mysqld, "--no-defaults", *options]

    def _install_command(self) -> list[str]:
        return [*self._program()[:2], "--initialize-insecure"]


def make_database_server(folder: pathlib.Path, **options) -> MariaDB:
    return (MySQL if os.environ.get("SWITCHYARD_TEST_MYSQLD") else MariaDB)(folder, **options)
