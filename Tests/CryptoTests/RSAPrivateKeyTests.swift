import Testing

@testable import Crypto

@Suite("RSAPrivateKey")
struct RSAPrivateKeyTests {
    @Test("A signature is the one OpenSSL's own command makes, from either form of the key", arguments: [pkcs8, pkcs1])
    func known(pem: String) throws {
        let key = try RSAPrivateKey(pem: pem)
        #expect(Hex.encode(try key.signature(of: "header.claims")) == Self.signature)
        #expect(try key.signature(of: "other").count == 256)
    }

    @Test(
        "What is no RSA key without a passphrase is refused",
        arguments: [elliptic, encrypted, "", "no key", "-----BEGIN"])
    func unusable(pem: String) {
        #expect(throws: CryptoError.unusableKey) {
            let key = try RSAPrivateKey(pem: pem)
            _ = try key.signature(of: "")
        }
    }

    /// Made for this test and used nowhere.
    private static let pkcs8 = """
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
        """

    private static let pkcs1 = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEogIBAAKCAQEA0UkpU+LGZDjU1s8oAUyysXm9C2kUIcHZt1TeWjCMjzMLHAgX
        +dUcLAz2rSvRaXivlTpmNW1PFJhf5Dgz/BPZErZ5QINrav+c6Br5geZJKCSVqOZ1
        zqmKE1D3hdvige+tkdBi/8POmsC0uGP31yP/sTCZzSYHv5EXr6d1cf1etcLtzbJQ
        RTJUBJL3eFUTRCIeskTLwA1bsM6Txgwmed0W4EKg0ACSP5gb/vpUVYy/yrjSxP4H
        sNF49d5GHiwZtaNt/Jz3rq3DUrpZUBPsyBfbDCO84DA9sRzDxh9FiBiaEqsGujsz
        RVOzSL4E5m/hC6eGbKhjik7iGSskZS93uhNAzQIDAQABAoIBAGPZ6CHhvI3sn3+t
        boTQNyF917gt9jD08A8MKtoU97sKu24wXmAQUVSjCr4sfck4j20/Y6xx7p0A5h9Y
        wVSvk43eCZPCH+n48r+6vvg/CwBgFBd1fReQxBPbOX1gH32nAMTlC5bDsTscXhzr
        dT/sKP49FeRPFLtNWmOwHdS48gr9jF2c8zcEC0CaRHZDKsr0dzDkRSXbjapjzuPP
        OIzzai81MTo1mdoSj5Z0OTikhafEllYnwuxowxy0iGIdtLUH77UaWBpHBrLnvFbU
        G2w/DjGKfpyu2o2+kdayK2MpJrJoyqWeGIsNW7THz7snfgnfrnKSm0FeUMvMlvp8
        aZAp5PECgYEA98d47G3sZ2yW24XSvBLTEOG08ksKrymm6Eu5e2sHreySj7I0O/JZ
        uumUy+rMNXN79JrEt79Ozz5F+nxdMuy8clRUE+wJ+WUVDzQyFZgT3erUlf/AhOyU
        hG2n+hBSKTaHO8rVAamlkcm1y6M5tRimjdHwrJuJl+aA5KGB6OS2V88CgYEA2Dq+
        NrZ/UJqwxwZCiWExsXN15Tq2E95J0ROz3Vv1SC5pfSkjlI995iKQNSle3Rhwdpb3
        cechqfeW8Z2hyGdnH9YupdOcaYgi2xnhfqGJWyXjcE6XrpPsXW6Bj5uhjNTO5fdZ
        5SmIrQ43HcMBTgenh9SkaQ4ybMvjC8yO1r7vKKMCgYB/I59s0cqoFxQheD11u8MJ
        uob6fH7y+lBmidSW+4hpOibKDQq4Z9abDhgHumcmVieYj4G5NzTdKnsF2KKJ6ueX
        UqYBwvArRC7WKlY4tlwbVs/WV/EVQ7/BY/L5YT6HXy9tAtrhi4clk3bxEsQdpJRx
        2PPB3d1wUBp7NlROiGz4CQKBgAdNLIEidngdURzXXEXRT2FDmdaMvfs7xVhXBvrR
        kR3H224LhpUMp16vChmRdQ+YNKv8ewyQlnVr0+ACx6TBwRy1GcwlsiFqJGsrm46w
        G7hFNkHjlYGioxeglKVpxvG/eeEQEiwH1AKr+TZ7ED83SPPwPUEC5rb/x4HtfWFI
        /0BrAoGAMxCwd+LReH+La44WFngKhU32hn2ehPbpyl/9NabkqfPoBNABo9r2W67I
        r9xb2Dlc2K2NMJBiJSmdhX73eL1oiQ+5K9+NiT9KZhQGW7Xl+GInXZCK7NwSpdol
        up9Kfr0uYmcijwMfJTAFnlmGTF167gMhKNH0M1xHaw9Fm9teK/w=
        -----END RSA PRIVATE KEY-----
        """

    private static let elliptic = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOxBHhB65nEqKluEz
        TntMxkyQl//KbvcfWzMSVWItN6ehRANCAARKOU/BahuJVQkqo55B/x0WYOudGGEE
        HsRcxeYLeosqq5JcJ/zywkAu5ifMiKjt2+uOEUwUjyVnLixMMqEiohFJ
        -----END PRIVATE KEY-----
        """

    private static let encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIIFLTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQImzwszvRliN0CAggA
        MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBAHSSeNSC5UU7k7Vbl1YuftBIIE
        0KWLSfX+s07c5E4zjdXMjHSOMh9NJ2hhc6hq/fKGFGvilAJqZnhOk6nIhtF+jQNK
        KSczeA//71Z1bJmnf3v3pnZAwwNT0GeylGSBV0faZrOUBi7600StXqJSqz6Bvtex
        WVpBqOk1zQ3e0N8EOtdIJuhRODvJANQb3S5ZNxGBDB3O/VkJ1Ve1oGq6z7IRKYz6
        N3kPZkIAoqkap9LaoYTsk23A+zZwC0q7HPxlVbjGfuK3VmhDtyH0k46yRDWQN8p7
        rh8K8k5NctF4E9C1v8SMvrKvxcCyd07kISdU0sUiuwn+J9+o1XryA9HU0/i8/ddo
        6w3ASaYdWT4eQoEBKzQv21tk1+VNZXK2aAvtgB9hOoh0BJF6nFofb3d902EVYjJ0
        yPDy0TX2CbMXOAzoJjNRHoLi5EPjdk7m9E7QlGMxB7QdPwsdTyXrMCLp5YrgInSf
        0TKThdSCCyd2HCcmdtdmLFfVKXiwqLrpwdCv4JD96GLGbLci5VEYvQKmdMqdtb96
        N3S96K/Y0a5UVyT+dJED9Mvox/DM4/R2I3MVy2CaYIzxe8I5npRD+SylK9rfL7C1
        mwJTVeUyOXnJIQ5ie1MEy75fdWr6yCogDWQL/zNu1TnaoRRz04LrIwjIMWsjq4On
        nkYsffI3d8NWTNG2mU+hmjPqiiK4UBBjcZx0Ore+rz+SmNOdTck+tvObyG9VgEi+
        nY7Nr2ytfuJUUIF3YrkWXhKX2dHCYegWlKcwyxz5/bhelyg+Rn1iBYwrwp4qqj8C
        u+Sf4Bx5EQD5oT0jzavLHXIRdkx8Dux9olNbuSE+VqJH9pRP840+WxcASTpjH4eY
        k1zmKWLQJpVVcA9uhvmGbxk8vC9GUAQcxYX0j1FrhwP55GUBhC4K8NNIN38bjsuV
        HWGltYoCe+geR3UQ0FEsquuhZCzwOFSwSnBjgmad/AsFzTF4kiYOFejU4cmUiqYT
        P+5yWRYoEILHLJhFBza0ahG5tfgpOIguQ9JYfREG4XLhLK1r+KqZQJ93E1ZCrbyO
        bAWuxLH7MZF+ZlX1W2RCZQJvHJnHyjt55GKZSvFdnZToLSHZb8mFc0pl6zt7BT0w
        QLTCs5i9qbbPmsBKgGwc2RMG+L6JcD6J3n/dFl4TMoQFe4z9gRmOqSx2zsC5P0iw
        xeyIJ9D9ZDKBN6A5kjxKXiJn2pqKA/plKWKBhZi9C2cof8ls8LfC/GgE3tezN8tV
        DcTB0nhLiWsKdO6xVsmz6NTcY/TjK3T0yenM92ZqWD/7KUWAgQH1LBQ4eUWJMowG
        kQ8GCtRvgEdaSnrIGx2aZpgJgh7lE3rZIldstfPttnrfIwG0gAMHXtYWpStma+V/
        qwz+3A5aBN5rc0Cblko6lqjJocPWknZn2h+ePi9i5tv9gVsuOjTF+4bztl6RsqEm
        lqEf4PXHZqrMMm3/iUmHey4392zEpnxKGNJORDn0AyoeMc143NDiDMbWwxaVKN2J
        I90AJiUNzqnHkaMrDoaRXNQo3YwCmsLawhkSTn89yEyEHDHdfcugbEA+G7RK+9VC
        GPvrn6bK0wd1lfRRK/0PHS+mr/2RO7j3dolIsvmxbBQ/xq7PUSPNAYPtEG/BShQ/
        2XgzRSeNv6wUP7RVitdSwTNEuPMwRq+0Ds71kMSa53l0
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// `printf header.claims | openssl dgst -sha256 -sign key.pem`
    private static let signature =
        "b9c65bef380a6e06a7bc13d51707c258dcf3360d326ea14d9164c38002ad0a32720afdcb9c08f335aff4dca47d6f767e"
        + "3ae4a958bdf045c1a6074b4dbc3cd154b674183973865fd7757f04c61e55da35bd0a95c59e7e48e850b5175d588d7d0c"
        + "0a5fb3039bd66a2404464b31683ab68f77036a157980a2b847fea2cbae1480290982179f7e33fcb79c008326e543f124"
        + "6568827e2bcf08a52cd36cb3dcac240a8ddd279b35240cfd7ec410cface0082bc4112d83c53c774c89a54bfe40404306"
        + "7fc9b09a3da70ec56e62001a44c65f383e249945c4858377c46a8af86b91ed07cce15b05f91bd7cda58f32a2841dd34d"
        + "50433fbc24f5bb48ea29b9cf518c58f6"
}
