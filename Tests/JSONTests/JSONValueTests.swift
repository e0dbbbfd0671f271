import JSON
import Testing

@Suite struct JSONValueTests {
    @Test("A member is found by key and read by kind")
    func readsMembers() throws {
        let value = try JSONValue.parse(Array(#"{"model":"a\u0062c","n":3.0,"list":[1,{"x":true},null]}"#.utf8))
        #expect(value["model"]?.string == "abc")
        #expect(value["n"]?.int == 3)
        #expect(value["list"]?[1]?["x"]?.bool == true)
        #expect(value["list"]?[2]?.isNull == true)
        #expect(value["list"]?[3] == nil)
        #expect(value["absent"] == nil)
        #expect(value.members.map(\.key) == ["model", "n", "list"])
        #expect(value["list"]?.elements.map(\.kind) == [.number, .object, .null])
    }
}
