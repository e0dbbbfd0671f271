import GatewayTypes
import JSON

/// A Google service account whose key was made for these tests and is used nowhere.
enum TestAccount {
    static func json(tokenURI: String = "https://oauth2.googleapis.com/token", without left: String? = nil) -> String {
        let members = [
            ("type", "service_account"), ("project_id", "my-project"), ("private_key_id", "k1"),
            ("private_key", privateKey), ("client_email", "a@my-project.iam.gserviceaccount.com"),
            ("token_uri", tokenURI),
        ]
        let bytes = JSONWriter.bytes {
            $0.object { for (name, value) in members where name != left { $0.member(name, value) } }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDRSSlT4sZkONTW
        zygBTLKxeb0LaRQhwdm3VN5aMIyPMwscCBf51RwsDPatK9FpeK+VOmY1bU8UmF/k
        ODP8E9kStnlAg2tq/5zoGvmB5kkoJJWo5nXOqYoTUPeF2+KB762R0GL/w86awLS4
        Y/fXI/+xMJnNJge/kRevp3Vx/V61wu3NslBFMlQEkvd4VRNEIh6yRMvADVuwzpPG
        DCZ53RbgQqDQAJI/mBv++lRVjL/KuNLE/gew0Xj13kYeLBm1o238nPeurcNSullQ
        E+zIF9sMI7zgMD2xHMPGH0WIGJoSqwa6OzNFU7NIvgTmb+ELp4ZsqGOKTuIZKyRl
        L3e6E0DNAgMBAAECggEAY9noIeG8jeyff61uhNA3IX3XuC32MPTwDwwq2hT3uwq7
        bjBeYBBRVKMKvix9yTiPbT9jrHHunQDmH1jBVK+Tjd4Jk8If6fjyv7q++D8LAGAU
        F3V9F5DEE9s5fWAffacAxOULlsOxOxxeHOt1P+wo/j0V5E8Uu01aY7Ad1LjyCv2M
        XZzzNwQLQJpEdkMqyvR3MORFJduNqmPO4884jPNqLzUxOjWZ2hKPlnQ5OKSFp8SW
        VifC7GjDHLSIYh20tQfvtRpYGkcGsue8VtQbbD8OMYp+nK7ajb6R1rIrYykmsmjK
        pZ4Yiw1btMfPuyd+Cd+ucpKbQV5Qy8yW+nxpkCnk8QKBgQD3x3jsbexnbJbbhdK8
        EtMQ4bTySwqvKaboS7l7awet7JKPsjQ78lm66ZTL6sw1c3v0msS3v07PPkX6fF0y
        7LxyVFQT7An5ZRUPNDIVmBPd6tSV/8CE7JSEbaf6EFIpNoc7ytUBqaWRybXLozm1
        GKaN0fCsm4mX5oDkoYHo5LZXzwKBgQDYOr42tn9QmrDHBkKJYTGxc3XlOrYT3knR
        E7PdW/VILml9KSOUj33mIpA1KV7dGHB2lvdx5yGp95bxnaHIZ2cf1i6l05xpiCLb
        GeF+oYlbJeNwTpeuk+xdboGPm6GM1M7l91nlKYitDjcdwwFOB6eH1KRpDjJsy+ML
        zI7Wvu8oowKBgH8jn2zRyqgXFCF4PXW7wwm6hvp8fvL6UGaJ1Jb7iGk6JsoNCrhn
        1psOGAe6ZyZWJ5iPgbk3NN0qewXYoonq55dSpgHC8CtELtYqVji2XBtWz9ZX8RVD
        v8Fj8vlhPodfL20C2uGLhyWTdvESxB2klHHY88Hd3XBQGns2VE6IbPgJAoGAB00s
        gSJ2eB1RHNdcRdFPYUOZ1oy9+zvFWFcG+tGRHcfbbguGlQynXq8KGZF1D5g0q/x7
        DJCWdWvT4ALHpMHBHLUZzCWyIWokayubjrAbuEU2QeOVgaKjF6CUpWnG8b954RAS
        LAfUAqv5NnsQPzdI8/A9QQLmtv/Hge19YUj/QGsCgYAzELB34tF4f4trjhYWeAqF
        TfaGfZ6E9unKX/01puSp8+gE0AGj2vZbrsiv3FvYOVzYrY0wkGIlKZ2Ffvd4vWiJ
        D7kr342JP0pmFAZbteX4YiddkIrs3BKl2iW6n0p+vS5iZyKPAx8lMAWeWYZMXXru
        AyEo0fQzXEdrD0Wb214r/A==
        -----END PRIVATE KEY-----
        """ + "\n"
}
