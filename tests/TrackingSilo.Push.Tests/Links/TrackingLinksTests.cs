using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Push.Links;

namespace TrackingSilo.Push.Tests.Links;

public sealed class TrackingLinksTests : IDisposable
{
    static readonly ShipmentId s_id = ShipmentId.Parse("brisk/BX1002003004NO");

    readonly FakeTimeProvider _time = new();
    readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("keys");
    readonly TrackingLinks _links;

    public TrackingLinksTests() => _links = Links();

    public void Dispose() => _keys.Delete(recursive: true);

    [Fact]
    public void Keys_rotate_and_links_made_under_an_older_one_still_open_until_it_is_revoked()
    {
        using var services = new ServiceCollection().AddDataProtection().PersistKeysToFileSystem(_keys).SetApplicationName("TrackingSilo").Services.BuildServiceProvider();
        var keys = services.GetRequiredService<IKeyManager>();
        var links = new TrackingLinks(services.GetRequiredService<IDataProtectionProvider>(), TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        keys.CreateNewKey(now, now.AddDays(90));
        var old = links.Issue(s_id, 0, LinkScopes.Look, TimeSpan.FromDays(1)).Text;
        var first = keys.GetAllKeys().Single(key => key.IsRevoked == false);

        keys.CreateNewKey(now.AddSeconds(1), now.AddDays(180));
        // Another process, or this one after a while: it reads the ring anew.
        using var later = new ServiceCollection().AddDataProtection().PersistKeysToFileSystem(_keys).SetApplicationName("TrackingSilo").Services.BuildServiceProvider();
        var rotated = new TrackingLinks(later.GetRequiredService<IDataProtectionProvider>(), TimeProvider.System);
        Assert.Equal(2, later.GetRequiredService<IKeyManager>().GetAllKeys().Count);
        Assert.True(rotated.TryOpen(old, out _));

        keys.RevokeKey(first.KeyId, "it leaked");
        using var last = new ServiceCollection().AddDataProtection().PersistKeysToFileSystem(_keys).SetApplicationName("TrackingSilo").Services.BuildServiceProvider();
        Assert.False(new TrackingLinks(last.GetRequiredService<IDataProtectionProvider>(), TimeProvider.System).TryOpen(old, out _));
    }

    [Fact]
    public void A_link_says_what_it_was_issued_for()
    {
        var issued = _links.Issue(s_id, 3, LinkScopes.Look | LinkScopes.Instruct, TimeSpan.FromDays(30));

        Assert.True(_links.TryOpen(issued.Text, out var link));
        Assert.Equal((s_id, 3, issued.ExpiresAt), (link.Shipment, link.Epoch, link.ExpiresAt));
        Assert.True(link.Allows(LinkScopes.Instruct));
        Assert.InRange(issued.Text.Length, 100, Limits.LinkMaxCharacters);
        Assert.DoesNotContain("BX1002003004NO", issued.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_longest_shipment_key_fits_into_a_link()
    {
        var longest = ShipmentId.Parse(new string('c', 32) + "/" + new string('N', 64));
        Assert.True(_links.TryOpen(_links.Issue(longest, int.MaxValue, LinkScopes.Look, Limits.LinkLifetimeMax).Text, out var link));
        Assert.Equal(longest, link.Shipment);
    }

    [Fact]
    public void A_link_ends_with_its_lifetime()
    {
        var issued = _links.Issue(s_id, 0, LinkScopes.Look, TimeSpan.FromDays(1));
        _time.SetUtcNow(issued.ExpiresAt - TimeSpan.FromTicks(1));
        Assert.True(_links.TryOpen(issued.Text, out _));
        _time.SetUtcNow(issued.ExpiresAt);
        Assert.False(_links.TryOpen(issued.Text, out _));
    }

    [Fact]
    public void Links_survive_a_restart_and_die_with_their_keys()
    {
        var issued = _links.Issue(s_id, 0, LinkScopes.Look, TimeSpan.FromDays(1));
        Assert.True(Links().TryOpen(issued.Text, out _));

        foreach (var file in _keys.GetFiles())
            file.Delete();
        Assert.False(Links().TryOpen(issued.Text, out _));
    }

    [Fact]
    public void No_changed_cut_or_guessed_link_opens()
    {
        var text = _links.Issue(s_id, 0, LinkScopes.Look, TimeSpan.FromDays(1)).Text;
        for (var i = 0; i < text.Length - 1; i++)
        {
            var changed = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            Assert.False(_links.TryOpen(changed, out _), $"changed at {i}");
            Assert.False(_links.TryOpen(text[..i], out _), $"cut at {i}");
        }
        string?[] guesses = [null, "", " ", s_id.Value, "../../etc/passwd", "%00", "ø", new string('A', Limits.LinkMaxCharacters), new string('A', 100_000), text + text, text + "="];
        foreach (var guess in guesses)
            Assert.False(_links.TryOpen(guess, out _));
        var bytes = new byte[96];
        for (var i = 0; i < 1_000; i++)
        {
            RandomNumberGenerator.Fill(bytes);
            Assert.False(_links.TryOpen(System.Buffers.Text.Base64Url.EncodeToString(bytes), out _));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(365)]
    public void A_lifetime_out_of_bounds_is_refused(int days)
        => Assert.Throws<ArgumentOutOfRangeException>(() => _links.Issue(s_id, 0, LinkScopes.Look, TimeSpan.FromDays(days)));

    TrackingLinks Links() => new(DataProtectionProvider.Create(_keys), _time);
}
