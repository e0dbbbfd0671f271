import GatewayTypes
import Testing

@Suite("What answers besides conversations cost")
struct AnswerCostTests {
    private static func cost(
        _ measure: AnswerMeasure, counted: Bool = false, image: String? = nil, minute: String? = nil
    ) -> USD? {
        var pricing = Pricing(prompt: USD(dollars: 1), completion: USD(dollars: 2))
        pricing.image = image.flatMap { USD($0) }
        pricing.audioMinute = minute.flatMap { USD($0) }
        var summary = AnswerSummary()
        summary.measure = measure
        let usage = Usage(promptTokens: 1_000_000)
        if counted { summary.usage = usage }
        return pricing.cost(of: summary, usage)
    }

    @Test("Tokens cost by their count, also by an estimate of it")
    func tokens() {
        #expect(Self.cost(.tokens) == USD("1") && Self.cost(.tokens, counted: true) == USD("1"))
    }

    @Test("Images and recordings cost by their own price, else by tokens that were counted, else nobody knows")
    func others() {
        #expect(Self.cost(.images(3), counted: true, image: "0.04") == USD("0.12"))
        #expect(Self.cost(.images(3), image: "0.04") == USD("0.12"))
        #expect(Self.cost(.images(3), counted: true) == USD("1"))
        #expect(Self.cost(.images(3)) == nil)
        #expect(Self.cost(.seconds(90), minute: "0.006") == USD("0.009"))
        #expect(Self.cost(.seconds(90)) == nil && Self.cost(.untold) == nil)
        #expect(Self.cost(.untold, counted: true) == USD("1"))
    }

    @Test("What was left half way costs its tokens, or nobody knows")
    func halfWay() {
        var pricing = Pricing(prompt: USD(dollars: 1), completion: .zero)
        #expect(pricing.cost(soFar: Usage(promptTokens: 1_000_000)) == USD("1"))
        pricing.image = USD("0.04")
        #expect(pricing.cost(soFar: Usage(promptTokens: 1_000_000)) == nil)
    }

    @Test("Absurd measures cost something finite", arguments: [-1, 0, 1e300, -1e300])
    func absurd(number: Double) {
        #expect(Self.cost(.seconds(number), minute: "1") ?? .zero >= .zero)
        #expect(Self.cost(.images(Int(clamping: Int64(min(max(number, -9e18), 9e18)))), image: "1") ?? .zero >= .zero)
    }
}
