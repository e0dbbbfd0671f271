#pragma once
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// An OSSL_PARAM wants a mutable C string that outlives it: simple here, awkward in Swift.
static inline int mac_set_digest(EVP_MAC_CTX *mac, const char *digest) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0), OSSL_PARAM_construct_end()};
    return EVP_MAC_CTX_set_params(mac, parameters);
}

// These are macros, or take constants that are macros, which Swift does not see.
static inline void tls_set_rules(SSL_CTX *context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);  // so that writing never has to wait for reading
}
static inline int tls_set_requested_name(SSL *connection, const char *name) {
    return SSL_set_tlsext_host_name(connection, (char *)name);
}
static inline BIO *bio_new_memory(void) {
    BIO *memory = BIO_new(BIO_s_mem());
    if (memory) BIO_set_mem_eof_return(memory, -1);  // empty means "later", not "ended"
    return memory;
}
static inline size_t bio_pending(BIO *memory) { return BIO_ctrl_pending(memory); }

// Reads a private key in PEM that has no passphrase. Without the empty one given here OpenSSL would ask the terminal.
static inline EVP_PKEY *private_key_read(const void *pem, int length) {
    BIO *memory = BIO_new_mem_buf(pem, length);
    if (!memory) return NULL;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(memory, NULL, NULL, (void *)"");
    BIO_free(memory);
    return key;
}
static inline int private_key_is_rsa(EVP_PKEY *key) { return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA; }
