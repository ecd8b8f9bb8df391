using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Tests.Hosting;

namespace TrackingSilo.Push.Tests.Links;

/// <summary>Somebody tries links, many at once, while others go on looking at their parcels. A hundred thousand where there is time (TRACKINGSILO_LONG), some thousand else.</summary>
public sealed class ForgedLinkTests
{
    const int AtOnce = 16;
    static readonly int s_tries = Environment.GetEnvironmentVariable("TRACKINGSILO_LONG") == "1" ? 100_000 : 3_000;
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Forged_and_guessed_links_open_nothing_answer_alike_and_disturb_nobody()
    {
        await using var site = await TestSite.StartAsync();
        site.Engine.Put(Samples.OutForDelivery(s_now, 7));
        var good = await site.IssueAsync(Samples.Registered(s_now));
        var forged = Forged(site, good);
        using var over = new CancellationTokenSource();
        using var attacker = From("127.0.0.1", site.Url);
        using var visitor = From("127.0.0.2", site.Url);
        using var neighbour = From("127.0.0.1", site.Url); // behind the same address as the one who guesses, with a good link
        var looking = Task.WhenAll(LookAsync(visitor, good, over.Token), LookAsync(neighbour, good, over.Token));

        var answers = new ConcurrentDictionary<string, int>();
        await Parallel.ForAsync(0, s_tries, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancellation) =>
        {
            var path = (i % 2 == 0 ? "/t/" : "/track/") + forged(i) + (i % 2 == 0 ? "" : "/view");
            using var response = await attacker.GetAsync(path, cancellation);
            var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order();
            answers.AddOrUpdate($"{(i % 2 == 0 ? "page" : "view")} {(int)response.StatusCode}\n{string.Join('\n', headers)}\n{await response.Content.ReadAsStringAsync(cancellation)}", 1, (_, count) => count + 1);
        });
        await over.CancelAsync();
        var looked = await looking;

        // For a page and for a view one answer each, and one each once the allowance is used up; whatever was wrong with the link.
        Assert.Equal(4, answers.Count);
        Assert.Equal(["page 404", "page 429", "view 404", "view 429"], answers.Keys.Select(answer => answer[..8]).Order());
        Assert.True(answers.Where(answer => answer.Key[5..8] == "404").Sum(answer => answer.Value) <= Limits.LinkFailuresPerMinute * 10, "the limiter did not bite");
        Assert.Equal(s_tries, site.Statistics.LinkFailures);
        Assert.All(looked, seen => Assert.True(seen > 0, "somebody with a good link saw nothing"));
    }

    static async Task<int> LookAsync(HttpClient http, string link, CancellationToken over)
    {
        var seen = 0;
        while (!over.IsCancellationRequested || seen == 0)
        {
            using var page = await http.GetAsync($"/t/{link}", CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            seen++;
        }
        return seen;
    }

    static Func<int, string> Forged(TestSite site, string good)
    {
        var other = new TrackingLinks(new EphemeralDataProtectionProvider(), TimeProvider.System);
        var expired = new TrackingLinks(site.Protection, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(s_now.AddDays(-90))).Issue(Samples.Id, 0, LinkScopes.Look, TimeSpan.FromDays(1)).Text;
        var unknown = site.Links.Issue(ShipmentId.Parse("brisk/NOBODY"), 0, LinkScopes.Look, TimeSpan.FromDays(1)).Text;
        var foreign = other.Issue(Samples.Id, 0, LinkScopes.Look, TimeSpan.FromDays(1)).Text;
        var revoked = site.Links.Issue(Samples.Id, -1, LinkScopes.Look, TimeSpan.FromDays(1)).Text;
        return i => (i % 8) switch
        {
            0 => Flipped(good, i),
            1 => good[..(1 + (i % (good.Length - 1)))],
            2 => Random(good.Length),
            3 => Samples.Id.TrackingNumber + i,
            4 => foreign,
            5 => expired,
            6 => unknown,
            _ => revoked,
        };
    }

    // One bit of the bytes behind it: any bit that is not lost in the last character.
    static string Flipped(string link, int i)
    {
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(link);
        bytes[i % bytes.Length] ^= (byte)(1 << (i / bytes.Length % 8));
        return System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }

    static string Random(int length) => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(length))[..length];

    static HttpClient From(string address, Uri site) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(IPAddress.Parse(address).MapToIPv6(), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = site };
}
