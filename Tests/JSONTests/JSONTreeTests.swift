import JSON
import Testing

@Suite struct JSONTreeTests {
    @Test("Trees are equal by value: members in any order, numbers in any writing")
    func equality() throws {
        func tree(_ text: String) throws -> JSONTree { try JSONTree(parsing: Array(text.utf8)) }
        #expect(try tree("{\"a\":1,\"b\":[true,null]}") == tree("{ \"b\":[true,null],\"a\":1.0 }"))
        #expect(try tree("[1,2]") != tree("[2,1]"))
        #expect(try tree("{\"a\":1}") != tree("{\"a\":1,\"b\":1}") && tree("{\"a\":1}") != tree("{\"b\":1}"))
        #expect(try tree("9007199254740993") != tree("9007199254740992"))
        #expect(try tree("1e400") != tree("1e401") && tree("1e400") == tree("1e400"))
        #expect(try tree("\"1\"") != tree("1") && tree("null") != tree("false"))
    }

    @Test("Members keep their order when one is set, added or removed")
    func edits() {
        var tree: JSONTree = ["a": 1, "b": "x", "c": [true, 2.5]]
        tree["b"] = nil
        tree["a"] = "new"
        tree["d"] = .null
        #expect(String(decoding: tree.bytes, as: UTF8.self) == #"{"a":"new","c":[true,2.5],"d":null}"#)
        #expect(tree["c"]?[1]?.double == 2.5 && tree["c"]?[0]?.bool == true && tree["c"]?[2] == nil)
        #expect(tree["a"]?.string == "new" && tree["a"]?.int == nil && tree.members.count == 3)
    }
}
