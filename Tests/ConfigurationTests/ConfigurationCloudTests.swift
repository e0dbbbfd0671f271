import GatewayTypes
import Testing

@testable import Configuration

@Suite("Clouds in the configuration")
struct ConfigurationCloudTests {
    /// The file as Google gives it, with line breaks.
    private static let keyFile = """
        {
          "type": "service_account",
          "project_id": "my-project",
          "private_key": "\(privateKey)",
          "client_email": "a@my-project.iam.gserviceaccount.com"
        }

        """

    private static func read(
        _ provider: String, environment: [String: String] = [:]
    ) -> (provider: ProviderConfiguration?, problems: [ConfigurationProblem]) {
        let files = ["sa.json": keyFile, "bad.json": #"{"type": "authorized_user"}"#]
        let (configuration, problems) = ConfigurationReader(
            environment: { environment[$0] }, file: { files[$0].map { Array($0.utf8) } }
        ).read(Array("{ providers: { p: \(provider) } }".utf8))
        return (configuration?.providers.first, problems)
    }

    @Test("Azure has the resource's address and a version")
    func azure() throws {
        let (provider, problems) = Self.read(
            "{ type: 'azure', endpoint: 'https://me.openai.azure.com/', api_version: '2024-10-21', api_key: 'k' }")
        #expect(problems == [])
        #expect(provider?.endpoint == "https://me.openai.azure.com")
        #expect(provider?.apiVersion == "2024-10-21" && provider?.wire == .openAIChat)
    }

    @Test("Bedrock's address follows from the region; a model may speak its maker's format")
    func bedrock() throws {
        let (provider, problems) = Self.read(
            "{ type: 'bedrock', region: 'eu-west-1', api_key: 'A:S', models: [{ name: 'm:0', wire: 'invoke' }] }")
        #expect(problems == [])
        #expect(provider?.endpoint == "https://bedrock-runtime.eu-west-1.amazonaws.com")
        #expect(provider?.wire == .bedrockConverse && provider?.models[0].wire == .anthropicMessages)
        let (own, _) = Self.read("{ type: 'bedrock', region: 'r', endpoint: 'http://127.0.0.1:9', api_key: 'A:S:T' }")
        #expect(own?.endpoint == "http://127.0.0.1:9")
    }

    @Test("Vertex' address follows from the region and the key's project")
    func vertex() throws {
        let (provider, problems) = Self.read("{ type: 'vertex', region: 'us-east5', api_key: 'file:sa.json' }")
        #expect(problems == [])
        #expect(
            provider?.endpoint
                == "https://us-east5-aiplatform.googleapis.com/v1/projects/my-project/locations/us-east5")
        #expect(provider?.credentials[0].key.reveal().contains("\n") == false)
        #expect(provider?.wire == .gemini)
        let (global, _) = Self.read("{ type: 'vertex', region: 'global', api_key: 'file:sa.json' }")
        #expect(
            global?.endpoint == "https://aiplatform.googleapis.com/v1/projects/my-project/locations/global")
        let (named, _) = Self.read(
            "{ type: 'vertex', region: 'global' }", environment: ["GOOGLE_APPLICATION_CREDENTIALS": "sa.json"])
        #expect(named?.credentials.count == 1)
        let (own, none) = Self.read(
            "{ type: 'vertex', endpoint: 'http://127.0.0.1:9/v1/projects/p/locations/l', api_key: 'token' }")
        #expect(own?.endpoint == "http://127.0.0.1:9/v1/projects/p/locations/l" && none == [])
    }

    @Test("Cohere's bare host gets its version")
    func cohere() throws {
        let (provider, _) = Self.read("{ type: 'cohere', endpoint: 'http://127.0.0.1:9', api_key: 'k' }")
        #expect(provider?.endpoint == "http://127.0.0.1:9/v2" && provider?.wire == .cohereChat)
    }

    @Test(
        "What is missing or wrong is told with its field",
        arguments: [
            ("{ type: 'azure', endpoint: 'https://x', api_key: 'k' }", ["providers.p.api_version"]),
            ("{ type: 'azure', api_version: '1', api_key: 'k' }", ["providers.p.endpoint"]),
            (
                "{ type: 'azure', endpoint: 'https://x', api_version: 'a?b', api_key: 'k' }",
                ["providers.p.api_version", "providers.p.api_version"]
            ),
            ("{ type: 'bedrock', api_key: 'A:S' }", ["providers.p.region"]),
            ("{ type: 'bedrock', region: 'r', api_key: 'A::S' }", ["providers.p.api_key"]),
            ("{ type: 'bedrock', region: 'r' }", ["providers.p.api_key"]),
            ("{ type: 'vertex', api_key: 'file:sa.json' }", ["providers.p.region", "providers.p.endpoint"]),
            (
                "{ type: 'vertex', region: 'r', api_key: 'file:bad.json' }",
                ["providers.p.api_key", "providers.p.endpoint"]
            ),
            ("{ type: 'vertex', region: 'r', api_key: 'sa.json', endpoint: 'https://x/v1' }", ["providers.p.api_key"]),
            ("{ type: 'vertex', region: 'r', api_key: 'token' }", ["providers.p.endpoint"]),
            (
                "{ type: 'groq', region: 'r', api_version: '1', api_key: 'k' }",
                ["providers.p.region", "providers.p.api_version"]
            ),
            ("{ type: 'cohere', wire: 'invokes', api_key: 'k' }", ["providers.p.wire"]),
        ])
    func problems(provider: String, fields: [String]) {
        #expect(Self.read(provider).problems.map(\.field) == fields)
    }

    /// Made for this test and used nowhere.
    private static let privateKey =
        "-----BEGIN PRIVATE KEY-----\\n"
        + "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDRSSlT4sZkONTW\\n"
        + "zygBTLKxeb0LaRQhwdm3VN5aMIyPMwscCBf51RwsDPatK9FpeK+VOmY1bU8UmF/k\\n"
        + "ODP8E9kStnlAg2tq/5zoGvmB5kkoJJWo5nXOqYoTUPeF2+KB762R0GL/w86awLS4\\n"
        + "Y/fXI/+xMJnNJge/kRevp3Vx/V61wu3NslBFMlQEkvd4VRNEIh6yRMvADVuwzpPG\\n"
        + "DCZ53RbgQqDQAJI/mBv++lRVjL/KuNLE/gew0Xj13kYeLBm1o238nPeurcNSullQ\\n"
        + "E+zIF9sMI7zgMD2xHMPGH0WIGJoSqwa6OzNFU7NIvgTmb+ELp4ZsqGOKTuIZKyRl\\n"
        + "L3e6E0DNAgMBAAECggEAY9noIeG8jeyff61uhNA3IX3XuC32MPTwDwwq2hT3uwq7\\n"
        + "bjBeYBBRVKMKvix9yTiPbT9jrHHunQDmH1jBVK+Tjd4Jk8If6fjyv7q++D8LAGAU\\n"
        + "F3V9F5DEE9s5fWAffacAxOULlsOxOxxeHOt1P+wo/j0V5E8Uu01aY7Ad1LjyCv2M\\n"
        + "XZzzNwQLQJpEdkMqyvR3MORFJduNqmPO4884jPNqLzUxOjWZ2hKPlnQ5OKSFp8SW\\n"
        + "VifC7GjDHLSIYh20tQfvtRpYGkcGsue8VtQbbD8OMYp+nK7ajb6R1rIrYykmsmjK\\n"
        + "pZ4Yiw1btMfPuyd+Cd+ucpKbQV5Qy8yW+nxpkCnk8QKBgQD3x3jsbexnbJbbhdK8\\n"
        + "EtMQ4bTySwqvKaboS7l7awet7JKPsjQ78lm66ZTL6sw1c3v0msS3v07PPkX6fF0y\\n"
        + "7LxyVFQT7An5ZRUPNDIVmBPd6tSV/8CE7JSEbaf6EFIpNoc7ytUBqaWRybXLozm1\\n"
        + "GKaN0fCsm4mX5oDkoYHo5LZXzwKBgQDYOr42tn9QmrDHBkKJYTGxc3XlOrYT3knR\\n"
        + "E7PdW/VILml9KSOUj33mIpA1KV7dGHB2lvdx5yGp95bxnaHIZ2cf1i6l05xpiCLb\\n"
        + "GeF+oYlbJeNwTpeuk+xdboGPm6GM1M7l91nlKYitDjcdwwFOB6eH1KRpDjJsy+ML\\n"
        + "zI7Wvu8oowKBgH8jn2zRyqgXFCF4PXW7wwm6hvp8fvL6UGaJ1Jb7iGk6JsoNCrhn\\n"
        + "1psOGAe6ZyZWJ5iPgbk3NN0qewXYoonq55dSpgHC8CtELtYqVji2XBtWz9ZX8RVD\\n"
        + "v8Fj8vlhPodfL20C2uGLhyWTdvESxB2klHHY88Hd3XBQGns2VE6IbPgJAoGAB00s\\n"
        + "gSJ2eB1RHNdcRdFPYUOZ1oy9+zvFWFcG+tGRHcfbbguGlQynXq8KGZF1D5g0q/x7\\n"
        + "DJCWdWvT4ALHpMHBHLUZzCWyIWokayubjrAbuEU2QeOVgaKjF6CUpWnG8b954RAS\\n"
        + "LAfUAqv5NnsQPzdI8/A9QQLmtv/Hge19YUj/QGsCgYAzELB34tF4f4trjhYWeAqF\\n"
        + "TfaGfZ6E9unKX/01puSp8+gE0AGj2vZbrsiv3FvYOVzYrY0wkGIlKZ2Ffvd4vWiJ\\n"
        + "D7kr342JP0pmFAZbteX4YiddkIrs3BKl2iW6n0p+vS5iZyKPAx8lMAWeWYZMXXru\\n"
        + "AyEo0fQzXEdrD0Wb214r/A==\\n"
        + "-----END PRIVATE KEY-----\\n"
}
