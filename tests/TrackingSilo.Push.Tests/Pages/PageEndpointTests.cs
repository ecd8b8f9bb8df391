using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Tests.Hosting;
using TrackingSilo.Push.Tests.SignalR;

namespace TrackingSilo.Push.Tests.Pages;

public sealed class PageEndpointTests : IAsyncLifetime
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    TestSite _site = null!;
    string _link = "";

    public async Task InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _site.Engine.Put(Samples.OutForDelivery(s_now, 7));
        _link = await _site.IssueAsync(Samples.Registered(s_now));
    }

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task Every_link_that_does_not_open_gets_one_and_the_same_answer()
    {
        var unknown = _site.Links.Issue(ShipmentId.Parse("brisk/NOBODY"), 0, LinkScopes.Look, TimeSpan.FromDays(1)).Text;
        var scopeless = _site.Links.Issue(Samples.Id, 0, LinkScopes.None, TimeSpan.FromDays(1)).Text;
        var revoked = _link;
        _site.Engine.RevokeLinks(Samples.Id);
        string[] links = ["x", Samples.Id.TrackingNumber, _link[..^2] + "AA", revoked, unknown, scopeless];

        foreach (var path in (string[])["/t/{0}", "/track/{0}/view"])
        {
            var answers = new HashSet<string>();
            foreach (var link in links)
                answers.Add(await AnswerAsync(string.Format(null, path, link)));
            var answer = Assert.Single(answers);
            Assert.StartsWith("404", answer);
        }
    }

    [Fact]
    public async Task While_the_log_is_still_read_a_link_to_what_is_not_known_yet_is_asked_to_come_again()
    {
        _site.Engine.Forget(Samples.Id);
        _site.Engine.StillReads = true;

        using var page = await _site.Http.GetAsync($"/t/{_link}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.NotNull(page.Headers.RetryAfter);
        Assert.Contains("Just a moment", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("304", await AnswerAsync($"/track/{_link}/view"));
        await using var viewer = await HubViewer.ConnectAsync(_site.Url);
        Assert.Equal("nothingNewer", (await viewer.FollowAsync(_link)).GetProperty("result").GetString());

        _site.Engine.StillReads = false;
        _site.Engine.Put(Samples.OutForDelivery(s_now, 7));
        Assert.StartsWith("200", await AnswerAsync($"/t/{_link}"));
    }

    [Fact]
    public async Task Failures_are_limited_per_address_and_good_links_never()
    {
        for (var i = 0; i < Limits.LinkFailuresPerMinute * 3; i++)
            await AnswerAsync($"/t/guess{i}");

        Assert.StartsWith("429", await AnswerAsync("/t/guess"));
        Assert.StartsWith("429", await AnswerAsync("/track/guess/view"));
        Assert.StartsWith("200", await AnswerAsync($"/t/{_link}"));
        Assert.True(_site.Statistics.LinkFailuresLimited > 0);
    }

    [Fact]
    public async Task The_page_keeps_its_link_to_itself()
    {
        using var response = await _site.Http.GetAsync($"/t/{_link}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; img-src 'self' data:; ", policy);
        Assert.EndsWith("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.False(response.Headers.Contains("Set-Cookie"));
        var html = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain(_link, html);
        Assert.DoesNotContain("<script>", html);
        Assert.DoesNotContain("style=", html);
        Assert.DoesNotContain(Samples.Id.TrackingNumber, html[..html.IndexOf("</head>", StringComparison.Ordinal)]);
    }

    [Fact]
    public async Task Sites_on_the_list_may_frame_the_page_and_tiles_come_from_where_the_settings_say()
    {
        await using var site = await TestSite.StartAsync(settings: [("Push:FrameAncestors:0", "https://shop.example"), ("Push:TileUrl", "https://tiles.example/{z}/{x}/{y}.png")]);
        site.Engine.Put(Samples.InTransit(s_now));
        using var response = await site.Http.GetAsync($"/t/{await site.IssueAsync(Samples.Registered(s_now))}");

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.EndsWith("frame-ancestors https://shop.example", policy);
        Assert.Contains("img-src 'self' data: https://tiles.example;", policy);
        Assert.False(response.Headers.Contains("X-Frame-Options"));
    }

    [Fact]
    public async Task No_log_line_at_any_level_holds_a_link_or_a_tracking_number()
    {
        await AnswerAsync($"/t/{_link}");
        await AnswerAsync($"/track/{_link}/view");
        await AnswerAsync("/t/a-guess-that-fails");
        await InstructAsync(_link, new { commandId = "c1", kind = "neighbour", note = "Okafor" });
        await using (var viewer = await HubViewer.ConnectAsync(_site.Url))
        {
            await viewer.FollowAsync(_link);
            var newest = _site.Engine.Put(Samples.OutForDelivery(s_now, 6));
            await viewer.ReadUntilAsync(newest.Number);
        }

        Assert.NotEmpty(_site.Log.Lines);
        foreach (var line in _site.Log.Lines)
        {
            foreach (var secret in (string[])[_link, "a-guess-that-fails", Samples.Id.TrackingNumber, "Okafor"])
                Assert.DoesNotContain(secret, line, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task No_trace_holds_a_link()
    {
        var told = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => told.Enqueue($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)}"),
        };
        ActivitySource.AddActivityListener(listener);
        await AnswerAsync($"/t/{_link}");
        await AnswerAsync($"/track/{_link}/view");
        await AnswerAsync($"/t/{_link}/and-more");
        await _site.DisposeAsync();

        Assert.Contains(told, line => line.Contains("/t/{link}", StringComparison.Ordinal));
        Assert.DoesNotContain(told, line => line.Contains(_link, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_view_is_there_without_javascript_in_the_visitors_language()
    {
        var html = await PageAsync("de-DE,de;q=0.9,en;q=0.5");

        Assert.Contains("<html lang=\"de\">", html);
        Assert.Contains("In Zustellung", html);
        Assert.Contains("Noch 7 Stopps vor Ihnen", html);
        Assert.Contains("Von Nordlys Bøker", html);
        Assert.Contains("Zeiten in Europe/Oslo", html);
        Assert.Matches(@"data-slot=""window"">\d\d:\d[05]–\d\d:\d[05]<", html);
    }

    [Theory]
    [InlineData("nn-NO,en", "nb")]
    [InlineData("no", "nb")]
    [InlineData("fr-FR,pl;q=0.3", "pl")]
    [InlineData("en-ZZ", "en")]
    [InlineData("xx;q=2, ,;;", "en")]
    [InlineData("", "en")]
    public async Task The_language_is_the_best_of_those_accepted(string accepted, string expected)
        => Assert.Contains($"<html lang=\"{expected}\">", await PageAsync(accepted));

    [Fact]
    public async Task What_others_wrote_is_shown_as_text()
    {
        const string Hostile = "</template><script>alert(1)</script>\"'&{{state}}";
        _site.Engine.Put(Samples.Delivered(s_now) with
        {
            Merchant = Hostile,
            Proof = new ProofOfDelivery { Name = Hostile },
            Timeline = [new ScanView("s", ScanEvent.Unrecognised, s_now, Hostile, Hostile)],
        });

        var html = await PageAsync("en");

        Assert.DoesNotContain("<script>alert", html);
        Assert.Equal(1, html.Split("</template>").Length - 1);
    }

    [Fact]
    public async Task Who_polls_gets_the_view_once_and_then_nothing_until_it_changes()
    {
        using var first = await PollAsync(null);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var view = await first.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(7, view.GetProperty("stopsAway").GetInt32());

        using var again = await PollAsync(first.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);

        _site.Engine.Put(Samples.OutForDelivery(s_now, 6));
        using var changed = await PollAsync(first.Headers.ETag);
        Assert.Equal(6, (await changed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stopsAway").GetInt32());
        Assert.NotEqual(first.Headers.ETag, changed.Headers.ETag);
    }

    [Fact]
    public async Task An_instruction_reaches_the_log_under_the_id_that_the_page_gave_it()
    {
        var (status, result) = await InstructAsync(_link, new { commandId = "c-1", kind = "safePlace", note = " Behind\nthe door " });

        Assert.Equal((HttpStatusCode.Accepted, "received"), (status, result));
        Assert.True(_site.Engine.Commands.TryDequeue(out var command));
        Assert.Equal(Samples.Id, command.Id);
        Assert.Equal(new Command { Id = "c-1", Kind = CommandKind.Instruct, Instruction = new Instruction(InstructionKind.SafePlace, "Behind the door") }, command.Command);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"commandId\":\"c\",\"kind\":\"roof\"}")]
    [InlineData("{\"commandId\":\"c\",\"kind\":0}")]
    [InlineData("{\"commandId\":\"\",\"kind\":\"neighbour\"}")]
    [InlineData("{\"commandId\":\"a b\",\"kind\":\"neighbour\"}")]
    [InlineData("{\"commandId\":\"c\",\"kind\":\"neighbour\",\"note\":7}")]
    public async Task A_malformed_instruction_is_refused(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _site.Http.PostAsync($"/track/{_link}/instructions", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(_site.Engine.Commands);
    }

    [Fact]
    public async Task Instructions_need_the_scope_and_a_log_and_come_in_moderation()
    {
        var looking = await _site.IssueAsync(Samples.Registered(s_now), new { mayInstruct = false });
        Assert.Equal(HttpStatusCode.Forbidden, (await InstructAsync(looking, new { commandId = "c", kind = "neighbour" })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await InstructAsync(_link, new { commandId = "c", kind = "neighbour", note = new string('n', 201) })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await InstructAsync("guess", new { commandId = "c", kind = "neighbour" })).Status);
        _site.Engine.LogFails = _ => new IOException("the log is away");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await InstructAsync(_link, new { commandId = "c", kind = "neighbour" })).Status);
        _site.Engine.LogFails = null;

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < Limits.InstructionsPerMinute * 3; i++)
            answers.Add((await InstructAsync(_link, new { commandId = $"c{i}", kind = "neighbour" })).Status);
        Assert.Equal(HttpStatusCode.Accepted, answers[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    async Task<string> AnswerAsync(string path)
    {
        using var response = await _site.Http.GetAsync(path);
        var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order();
        return $"{(int)response.StatusCode}\n{string.Join('\n', headers)}\n\n{await response.Content.ReadAsStringAsync()}";
    }

    async Task<string> PageAsync(string acceptLanguage)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/t/{_link}");
        request.Headers.TryAddWithoutValidation("Accept-Language", acceptLanguage);
        using var response = await _site.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    async Task<HttpResponseMessage> PollAsync(EntityTagHeaderValue? have)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/track/{_link}/view");
        if (have is not null)
            request.Headers.IfNoneMatch.Add(have);
        return await _site.Http.SendAsync(request);
    }

    async Task<(HttpStatusCode Status, string? Result)> InstructAsync(string link, object instruction)
    {
        using var content = new StringContent(JsonSerializer.Serialize(instruction), Encoding.UTF8, "application/json");
        using var response = await _site.Http.PostAsync($"/track/{link}/instructions", content);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("result").GetString());
    }
}
