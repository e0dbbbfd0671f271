import HTTPServer
import HTTPTypes
import Testing

extension LiveTests {
    @Suite("Request bodies over real sockets")
    struct BodyTests {
        private static func post(_ path: String, _ fields: String) -> String {
            "POST \(path) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n\r\n"
        }

        @Test("A body in many pieces is collected whole", arguments: [1, 1000, 65_536, 900_000])
        func large(size: Int) async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                let body = String(repeating: "0123456789", count: size / 10 + 1)
                for _ in 0..<2 {
                    client.send(Self.post("/echo", "Content-Length: \(body.utf8.count)"))
                    client.send(body)
                    #expect(try client.answer().body == body)
                }
            }
        }

        @Test("A chunked upload is collected whole, and the next request is found behind it")
        func chunked() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                for round in 0..<3 {
                    client.send(Self.post("/echo", "Transfer-Encoding: chunked"))
                    var whole = ""
                    for number in 0..<200 {
                        let piece = "round \(round) piece \(number) "
                        whole += piece
                        client.send("\(String(piece.utf8.count, radix: 16));x=y\r\n\(piece)\r\n")
                    }
                    client.send("0\r\nX-Trailer: 1\r\n\r\n")
                    #expect(try client.answer().body == whole)
                }
            }
        }

        @Test("Pieces can be pulled one by one")
        func pieces() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                for length in [0, 5, 300_000] {
                    client.send(Self.post("/pieces", "Content-Length: \(length)"))
                    client.send([UInt8](repeating: 0x61, count: length))
                    #expect(try client.answer().body == "\(length)")
                }
            }
        }

        @Test("While nobody asks for the body, little of it is read")
        func backPressure() async throws {
            try await withServer { port, handler, _ in
                let client = try Client(port: port)
                client.send(Self.post("/hang", "Content-Length: 60000000"))
                let accepted = client.sendUntilBlocked(at: 60_000_000)
                #expect(accepted < 30_000_000)
                #expect(try await handler.sees("hanging"))
            }
        }

        @Test("Who expects 100 Continue gets it when the body is asked for")
        func continues() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                for _ in 0..<2 {
                    client.send(Self.post("/echo", "Expect: 100-continue\r\nContent-Length: 5"))
                    #expect(try client.answer().status == 100)
                    client.send("hello")
                    let answer = try client.answer()
                    #expect(answer.status == 200 && answer.body == "hello")
                }
                client.send(Self.post("/echo", "Expect: 100-continue\r\nContent-Length: 5") + "early")
                #expect(try client.answer().body == "early")
            }
        }

        @Test("Who expects 100 Continue for a body nobody wants gets the answer, and the connection closes")
        func continueUnwanted() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                client.send(Self.post("/unread", "Expect: 100-continue\r\nContent-Length: 5"))
                let answer = try client.answer()
                #expect(answer.status == 200 && answer.has("connection: close") && client.isClosed())
            }
        }

        @Test("The small rest of a body nobody read is skipped")
        func skipped() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                for fields in ["Content-Length: 5000", "Transfer-Encoding: chunked"] {
                    client.send(Self.post("/unread", fields))
                    #expect(try client.answer().body == "unread")
                    let body = String(repeating: "x", count: 5000)
                    client.send(fields.hasPrefix("C") ? body : "1388\r\n\(body)\r\n0\r\n\r\n")
                }
                client.send("GET /unread HTTP/1.1\r\nHost: test\r\n\r\n")
                #expect(try client.answer().body == "unread")
            }
        }

        @Test("The large rest of a body nobody read closes the connection, after an answer that can be read")
        func abandoned() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                client.send(Self.post("/unread", "Content-Length: 1000000"))
                client.send([UInt8](repeating: 0x61, count: 1_000_000))
                let answer = try client.answer()
                #expect(answer.body == "unread" && answer.has("connection: close") && client.isClosed())
            }
        }

        @Test(
            "More than the handler takes is too large",
            arguments: ["Content-Length: 1000001", "Transfer-Encoding: chunked"])
        func tooLarge(fields: String) async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                client.send(Self.post("/echo", fields))
                if fields.hasPrefix("T") { client.send("F4241\r\n") }
                client.send([UInt8](repeating: 0x61, count: 1_000_001))
                #expect(try client.answer().body == "tooLarge")
            }
        }

        @Test("Broken chunks fail the body")
        func malformed() async throws {
            try await withServer { port, handler, _ in
                let client = try Client(port: port)
                client.send(Self.post("/echo", "Transfer-Encoding: chunked") + "5\r\nhel")
                try await Task.sleep(for: .milliseconds(50))
                client.send("lo!!\r\n")
                let answer = try client.answer()
                #expect(answer.body == "malformed" && answer.has("connection: close") && client.isClosed())
            }
        }
    }
}
