import Testing

@testable import HTTPClient

@Suite("PlainURL")
struct PlainURLTests {
    @Test(
        "Host, port and path as they are written",
        arguments: [
            ("http://a", "a", 80, "a", "/"), ("http://a/", "a", 80, "a", "/"),
            ("http://a:80/b", "a", 80, "a", "/b"),
            ("http://A.b-c_d:8080/x/y?z=1&w", "A.b-c_d", 8080, "A.b-c_d:8080", "/x/y?z=1&w"),
            ("http://127.0.0.1:1/v1/chat", "127.0.0.1", 1, "127.0.0.1:1", "/v1/chat"),
            ("http://[::1]:65535/", "::1", 65535, "[::1]:65535", "/"),
            ("http://[fe80::2]/", "fe80::2", 80, "[fe80::2]", "/"),
            ("http://a/b.c/d%20e:f", "a", 80, "a", "/b.c/d%20e:f"),
        ] as [(String, String, UInt16, String, String)])
    func plain(text: String, host: String, port: UInt16, authority: String, path: String) throws {
        let url = try #require(PlainURL(text))
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.authority == authority)
        #expect(url.path == path)
    }

    @Test(
        "What needs interpretation is left to libcurl",
        arguments: [
            "", "a", "https://a/", "HTTP://a/", "ftp://a/", "http:/a", "http://", "http:///", "http://:80/",
            "http://a:/",
            "http://a:0/", "http://a:65536/", "http://a:b/", "http://u@a/", "http://u:p@a:80/", "http://a?b",
            "http://a#b",
            "http://a/b#c", "http://a/../b", "http://a/./b", "http://a/.b", "http://a/b c", "http://a b/", "http://ä/",
            "http://a/ä", "http://a%41/", "http://a/\r\nb: c", "http://a\r\n/", "http://[::1", "http://[]/",
            "http://[::1]x/", "http://[::1%25eth0]/", "http://[::1@a]/", "http://a\\b/", "http://a,b/",
        ])
    func other(text: String) {
        #expect(PlainURL(text) == nil)
    }

    @Test(
        "A proxy is gone past only where its exceptions say so beyond doubt",
        arguments: [
            ("", "", "a", true), ("p", "", "a", false), ("p", "*", "a", true), ("p", "a", "A", true),
            ("p", "b,a", "a", true), ("p", "b, a", "a", true), ("p", ".a.b", "c.a.b", true),
            ("p", "a.b", "c.a.b", true),
            ("p", "a.b", "ca.b", false), ("p", ".", "a", false), ("p", ",", "a", false),
            ("p", "127.0.0.0/8", "127.0.0.1", false), ("p", "::1", "::1", true),
        ])
    func proxies(proxy: String, exceptions: String, host: String, isDirect: Bool) {
        let environment = ProxyEnvironment { ["http_proxy": proxy, "no_proxy": exceptions][$0] }
        #expect(environment.isCertainlyDirect(host) == isDirect)
    }
}
