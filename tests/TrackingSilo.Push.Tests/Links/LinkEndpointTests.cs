using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TrackingSilo.Engine.Access;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Tests.Hosting;

namespace TrackingSilo.Push.Tests.Links;

public sealed class LinkEndpointTests : IAsyncLifetime
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    TestSite _site = null!;

    public async Task InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _site.Engine.Put(Samples.InTransit(s_now));
        _site.Engine.Put(Samples.InTransit(s_now) with { TrackingNumber = "A/B%C" });
        _site.Engine.Put(Samples.InTransit(s_now) with { Carrier = "other" });
    }

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Theory]
    [InlineData("brisk/BX1002003004NO", null, HttpStatusCode.Unauthorized)]
    [InlineData("brisk/BX1002003004NO", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("brisk/BX1002003004NO", TestSite.BriskKey, HttpStatusCode.OK)]
    [InlineData("brisk/bx1002003004no", TestSite.BriskKey, HttpStatusCode.OK)]
    [InlineData("brisk/BX1002003004NO", TestSite.OperatorKey, HttpStatusCode.OK)]
    [InlineData("brisk/A%2FB%25C", TestSite.BriskKey, HttpStatusCode.OK)]
    [InlineData("other/BX1002003004NO", TestSite.BriskKey, HttpStatusCode.Forbidden)]
    [InlineData("other/BX1002003004NO", TestSite.OperatorKey, HttpStatusCode.OK)]
    [InlineData("brisk/NOBODY", TestSite.BriskKey, HttpStatusCode.NotFound)]
    [InlineData("Brisk!/X", TestSite.OperatorKey, HttpStatusCode.BadRequest)]
    [InlineData("brisk/%F0%9F%93%A6", TestSite.BriskKey, HttpStatusCode.BadRequest)]
    public async Task Who_may_speak_for_a_carrier_gets_links_to_its_shipments(string shipment, string? key, HttpStatusCode expected)
    {
        using var response = await PostAsync(shipment, key, new { });
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_link_opens_the_page_until_the_day_that_was_asked_for()
    {
        using var response = await PostAsync(Samples.Id.Value, TestSite.BriskKey, new { days = 5, mayInstruct = false });
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.InRange(answer.GetProperty("expiresAt").GetDateTimeOffset(), s_now.AddDays(4.9), s_now.AddDays(5.1));
        Assert.StartsWith(_site.Url + "t/", answer.GetProperty("url").GetString());
        Assert.True(_site.Links.TryOpen(answer.GetProperty("url").GetString()!.Split("/t/")[1], out var link));
        Assert.Equal(LinkScopes.Look, link.Scopes);
        Assert.Equal(1, _site.Statistics.LinksIssued);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000)]
    [InlineData(int.MaxValue)]
    public async Task A_lifetime_out_of_bounds_is_refused(int days)
    {
        using var response = await PostAsync(Samples.Id.Value, TestSite.BriskKey, new { days });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Without_a_body_the_settings_decide()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/shipments/{Samples.Id.Value}/links");
        request.Headers.Add(ApiKeys.Header, TestSite.BriskKey);
        using var response = await _site.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("brisk/BX1002003004NO", null, HttpStatusCode.Unauthorized)]
    [InlineData("other/BX1002003004NO", TestSite.BriskKey, HttpStatusCode.Forbidden)]
    [InlineData("brisk/BX1002003004NO", TestSite.BriskKey, HttpStatusCode.Accepted)]
    public async Task Links_are_revoked_through_the_log_by_whoever_may(string shipment, string? key, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/shipments/{shipment}/links") { Headers = { { "Idempotency-Key", "r-1" } } };
        if (key is not null)
            request.Headers.Add(ApiKeys.Header, key);
        using var response = await _site.Http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Accepted, _site.Engine.Commands.TryDequeue(out var command));
        if (expected == HttpStatusCode.Accepted)
            Assert.Equal((Samples.Id, "r-1", Domain.Shipments.CommandKind.RevokeLinks), (command.Id, command.Command.Id, command.Command.Kind));
    }

    [Fact]
    public async Task A_message_about_a_milestone_gets_a_link_of_its_own_that_opens()
    {
        await using var site = await TestSite.StartAsync(settings: ("Push:PublicUrl", "https://track.example/"));
        site.Engine.Put(Samples.InTransit(s_now));
        var first = await site.MessageLinkAsync(Samples.Id);
        var second = await site.MessageLinkAsync(Samples.Id);

        Assert.StartsWith("https://track.example/t/", first!.AbsoluteUri);
        Assert.NotEqual(first, second);
        using var page = await site.Http.GetAsync(first.PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Null(await site.MessageLinkAsync(Domain.Shipments.ShipmentId.Parse("brisk/NOBODY")));
    }

    async Task<HttpResponseMessage> PostAsync(string shipment, string? key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/shipments/{shipment}/links") { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add(ApiKeys.Header, key);
        return await _site.Http.SendAsync(request);
    }
}
