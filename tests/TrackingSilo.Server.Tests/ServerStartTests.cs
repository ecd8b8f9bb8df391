using Microsoft.Data.Sqlite;
using TrackingSilo.Server.Tests.Hosting;

namespace TrackingSilo.Server.Tests;

/// <summary>A server that cannot start says why in one sentence, which names what a person can mend.</summary>
public sealed class ServerStartTests : IAsyncLifetime
{
    readonly TestFolder _folder = new();
    TestBroker _broker = null!;

    public async Task InitializeAsync() => _broker = await TestBroker.StartAsync();

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_second_server_on_a_store_says_who_holds_it_and_ends()
    {
        await using var first = await TestServer.StartAsync(new ServerSettings(_folder, _broker));

        await using var second = TestServer.Launch(new ServerSettings(_folder, _broker));

        await AssertEndsWithSentenceAsync(second, "is in use by another server", $"process {first.ProcessId}");
        Assert.False(first.HasExited);
        Assert.Equal("live", (string?)(await LiveAsync(first))["engine"]!["input"]);
    }

    [Fact]
    public async Task A_store_of_a_later_program_is_left_alone()
    {
        await using (var server = await TestServer.StartAsync(new ServerSettings(_folder, _broker)))
            Assert.Equal(0, await server.StopAsync());
        await using (var database = new SqliteConnection($"Data Source={_folder.Database};Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "INSERT INTO schema_version (version) VALUES (1000)";
            await command.ExecuteNonQueryAsync();
        }

        await using var next = TestServer.Launch(new ServerSettings(_folder, _broker));

        await AssertEndsWithSentenceAsync(next, "later");
    }

    [Theory]
    [InlineData("Kafka:Log", "--Kafka:Log=")]
    [InlineData("Kafka:BootstrapServers", "--Kafka:BootstrapServers=")]
    [InlineData("Kafka:TopicPrefix", "--Kafka:TopicPrefix=a b")]
    [InlineData("Access:OperatorKey", "--Access:OperatorKey=short")]
    [InlineData("Access:Carriers:0:Key", "--Access:Carriers:0:Carrier=decent", "--Access:Carriers:0:Key=short")]
    [InlineData("Access:Carriers:0:Carrier", "--Access:Carriers:0:Carrier=No Slug", "--Access:Carriers:0:Key=long-enough-for-a-key")]
    [InlineData("Clock:RealStart", "--Clock:DomainStart=2026-03-17T09:00:00Z", "--Clock:RealStart=soon")]
    [InlineData("Clock:Speed", "--Clock:DomainStart=2026-03-17T09:00:00Z", "--Clock:RealStart=2026-03-17T09:00:00Z", "--Clock:Speed=-1")]
    [InlineData("Clock:SkipsFile", "--Clock:DomainStart=2026-03-17T09:00:00Z", "--Clock:RealStart=2026-03-17T09:00:00Z", "--Clock:SkipsFile=nowhere.json")]
    [InlineData("Geofences:Folder", "--Geofences:Folder=nowhere")]
    [InlineData("Merchants:0:Countdown", "--Merchants:0:Name=shop", "--Merchants:0:Countdown=7stops")]
    [InlineData("Store:Kind", "--Store:Kind=paper")]
    [InlineData("Kafka:FetchWaitMaxMs", "--Kafka:FetchWaitMaxMs=often")]
    public async Task A_wrong_setting_is_named(string setting, params string[] arguments)
    {
        await using var server = TestServer.Launch(new ServerSettings(_folder, _broker) { More = arguments });

        await AssertEndsWithSentenceAsync(server, setting);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        await using var first = await TestServer.StartAsync(new ServerSettings(_folder, _broker));
        using var another = new TestFolder();

        await using var second = TestServer.Launch(new ServerSettings(another, _broker) { Port = first.Address.Port });

        await AssertEndsWithSentenceAsync(second, first.Address.Authority);
    }

    static async Task AssertEndsWithSentenceAsync(TestServer server, params string[] words)
    {
        Assert.Equal(1, await server.ExitedAsync());
        Assert.All(words, word => Assert.Contains(word, server.Errors.Text, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', server.Errors.Text);
        Assert.Empty(server.Log.Exceptions.Concat(server.Errors.Exceptions));
    }

    static async Task<System.Text.Json.Nodes.JsonNode> LiveAsync(TestServer server)
    {
        System.Text.Json.Nodes.JsonNode statistics = null!;
        await Patience.UntilAsync("input is live", async () => (string?)(statistics = await server.StatisticsAsync())["engine"]!["input"] == "live", () => statistics.ToJsonString());
        return statistics;
    }
}
