internal import GatewayTypes
internal import JSON
internal import Providers

/// What clouds want said besides endpoint and key: a region, an API version, a key of their own kind.
extension ConfigurationReader {
    /// `wire` as it is stated; `invoke` is Bedrock's word for a maker's own format, of which Anthropic's is served.
    func wire(_ section: ConfigurationSection) -> WireFormat? {
        if section.node["wire"]?.string == "invoke" {
            _ = section.string("wire")
            return .anthropicMessages
        }
        return section.choice("wire")
    }

    /// Reads `region` and `api_version`, and says what is missing of them.
    func readCloud(_ section: ConfigurationSection, of provider: inout ProviderConfiguration, hasOwnEndpoint: Bool) {
        provider.region = word("region", section)
        provider.apiVersion = word("api_version", section)
        switch provider.kind {
        case "azure":
            if provider.apiVersion == nil {
                section.error("api_version", "is required: the version of Azure's API, such as \"2024-10-21\"")
            }
        case "bedrock":
            if provider.region == nil {
                section.error("region", "is required: requests are signed for it, such as \"us-east-1\"")
            }
        case "vertex":
            if provider.region == nil, !hasOwnEndpoint {
                section.error("region", "is required, or an endpoint up to /locations/REGION")
            }
        default:
            if provider.region != nil { section.warning("region", "has no effect on this kind of provider") }
            if provider.apiVersion != nil { section.warning("api_version", "has no effect on this kind of provider") }
        }
    }

    /// The endpoint of a cloud that was not stated, from the region and, for Vertex, the project of the key's account.
    func cloudEndpoint(_ preset: ProviderPreset, of provider: ProviderConfiguration) -> String {
        guard let region = provider.region else { return provider.endpoint }
        var endpoint = provider.endpoint
        if region == "global" { endpoint = endpoint.replacingFirst("\(ProviderPreset.region)-", with: "") }
        endpoint = endpoint.replacingFirst(ProviderPreset.region, with: region)
        endpoint = endpoint.replacingFirst(ProviderPreset.region, with: region)
        if provider.kind == "vertex", let key = provider.credentials.first?.key,
            let project = (try? GoogleServiceAccount(key.reveal()))?.project
        {
            endpoint = endpoint.replacingFirst(ProviderPreset.account, with: project)
        }
        return endpoint
    }

    /// What is wrong with a key of a kind that has keys of its own form.
    func fault(of key: CredentialKey, kind: String) -> String? {
        switch kind {
        case "bedrock":
            AmazonKey(key) == nil ? "must be ACCESS:SECRET or ACCESS:SECRET:SESSION, or a Bedrock API key" : nil
        case "vertex" where key.reveal().hasPrefix("{"):
            Self.fault(ofAccount: key.reveal())
        case "vertex" where key.reveal().hasSuffix(".json"):
            GoogleServiceAccount.Fault.notJSON.text
        default: nil
        }
    }

    private static func fault(ofAccount text: String) -> String? {
        do throws(GoogleServiceAccount.Fault) { _ = try GoogleServiceAccount(text) } catch { return error.text }
        return nil
    }

    /// A setting that becomes part of an address.
    private func word(_ key: String, _ section: ConfigurationSection) -> String? {
        guard let text = section.string(key) else { return nil }
        guard ConfigurationSection.isName(text) else {
            section.error(key, "must be of letters, digits and hyphens")
            return nil
        }
        return text
    }
}

extension String {
    fileprivate func replacingFirst(_ part: String, with other: String) -> String {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) {
                return self[..<start] + other + self[index(start, offsetBy: part.count)...]
            }
            start = index(after: start)
        }
        return self
    }
}
