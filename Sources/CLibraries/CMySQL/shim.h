// MariaDB Connector/C, which speaks to MySQL 8 as well. MySQL's own library has the same functions; what the two declare
// differently (my_bool, how TLS is asked for) is evened out here.
#pragma once
#include <string.h>
#if __has_include(<mariadb/mysql.h>)
#include <mariadb/errmsg.h>
#include <mariadb/mysql.h>
typedef my_bool sy_bool;
#else
#include <mysql/errmsg.h>
#include <mysql/mysql.h>
#include <stdbool.h>
typedef bool sy_bool;
#endif

// What a bound parameter or column points at. Its address must not change while it is bound.
typedef struct {
    long long integer;
    double real;
    unsigned long length;
    sy_bool is_null;
    sy_bool is_truncated;
} sy_cell;

static inline void sy_bind_cell(MYSQL_BIND *bind, sy_cell *cell) {
    memset(bind, 0, sizeof *bind);
    bind->length = &cell->length;
    bind->is_null = &cell->is_null;
    bind->error = &cell->is_truncated;
}

static inline void sy_bind_null(MYSQL_BIND *bind, sy_cell *cell) {
    sy_bind_cell(bind, cell);
    cell->is_null = 1;
    bind->buffer_type = MYSQL_TYPE_NULL;
}

static inline void sy_bind_integer(MYSQL_BIND *bind, sy_cell *cell) {
    sy_bind_cell(bind, cell);
    bind->buffer_type = MYSQL_TYPE_LONGLONG;
    bind->buffer = &cell->integer;
}

static inline void sy_bind_real(MYSQL_BIND *bind, sy_cell *cell) {
    sy_bind_cell(bind, cell);
    bind->buffer_type = MYSQL_TYPE_DOUBLE;
    bind->buffer = &cell->real;
}

// With no buffer, a fetch tells the length alone.
static inline void sy_bind_bytes(MYSQL_BIND *bind, sy_cell *cell, int is_text, void *bytes, unsigned long length) {
    sy_bind_cell(bind, cell);
    bind->buffer_type = is_text ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
    bind->buffer = bytes;
    bind->buffer_length = length;
    cell->length = length;
}

static inline int sy_bind_parameters(MYSQL_STMT *statement, MYSQL_BIND *binds) {
    return mysql_stmt_bind_param(statement, binds) ? 1 : 0;
}

static inline int sy_bind_columns(MYSQL_STMT *statement, MYSQL_BIND *binds) {
    return mysql_stmt_bind_result(statement, binds) ? 1 : 0;
}

static inline void sy_free_result(MYSQL_STMT *statement) { (void)mysql_stmt_free_result(statement); }
static inline void sy_close(MYSQL_STMT *statement) { (void)mysql_stmt_close(statement); }

static inline int sy_column_type(const MYSQL_FIELD *field) { return (int)field->type; }

// 63 is the character set "binary": bytes, not text.
static inline int sy_column_is_binary(const MYSQL_FIELD *field) { return field->charsetnr == 63; }

static inline void sy_set_timeouts(MYSQL *mysql, unsigned int connect, unsigned int seconds) {
    mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
    mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &seconds);
    mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
}

static inline void sy_set_safe_defaults(MYSQL *mysql) {
    unsigned int no = 0, tcp = MYSQL_PROTOCOL_TCP;
    mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &no);  // a server must not be able to ask for our files
    mysql_options(mysql, MYSQL_OPT_PROTOCOL, &tcp);     // "localhost" too
    mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
#ifdef MARIADB_BASE_VERSION
    // Not the plugin that hands out the password as it is.
    mysql_options(mysql, MARIADB_OPT_RESTRICTED_AUTH,
                  "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519");
#endif
}

enum { SY_TLS_OFF, SY_TLS_PREFERRED, SY_TLS_REQUIRED, SY_TLS_VERIFIED };

static inline void sy_set_tls(MYSQL *mysql, int mode, const char *ca) {
    if (ca) mysql_options(mysql, MYSQL_OPT_SSL_CA, ca);
#ifdef MARIADB_BASE_VERSION
    sy_bool yes = 1, no = 0;
    if (mode == SY_TLS_OFF) return;
    // In spite of its name this asks for TLS where the server has it and goes on without where it has not, unless the
    // certificate is to be verified: whoever requires TLS must look at sy_has_tls() after connecting.
    mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
    mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, mode == SY_TLS_VERIFIED ? &yes : &no);
#else
    enum mysql_ssl_mode modes[] = {SSL_MODE_DISABLED, SSL_MODE_PREFERRED, SSL_MODE_REQUIRED, SSL_MODE_VERIFY_IDENTITY};
    mysql_options(mysql, MYSQL_OPT_SSL_MODE, &modes[mode]);
#endif
}

static inline int sy_has_tls(MYSQL *mysql) { return mysql_get_ssl_cipher(mysql) != NULL; }
