namespace TrackingSilo.DevBroker.Tests;

public class TopicTests
{
    [Fact]
    public void A_name_and_its_partitions()
    {
        Assert.True(Topic.TryParse("tracking.scans:6", out var topic));
        Assert.Equal(new Topic("tracking.scans", 6), topic);
        Assert.Equal("tracking.scans:6", topic.ToString());
    }

    [Theory]
    [InlineData("scans")]
    [InlineData(":4")]
    [InlineData("scans:")]
    [InlineData("scans:0")]
    [InlineData("scans:-1")]
    [InlineData("scans:1025")]
    [InlineData("scans and more:1")]
    [InlineData("scans:x")]
    public void What_is_no_topic(string text) => Assert.False(Topic.TryParse(text, out _));

    [Fact]
    public void What_the_command_line_says()
    {
        var options = Options.Parse(["--topics", "scans:2, positions:3", "--port-file", "port", "--outlives-interrupt"], out var wrong);

        Assert.Null(wrong);
        Assert.NotNull(options);
        Assert.Equal([new Topic("scans", 2), new Topic("positions", 3)], options.Topics);
        Assert.Equal("port", options.PortFile);
        Assert.True(options.OutlivesInterrupt);
    }

    [Theory]
    [InlineData("--topics", "scans", "'scans' is no topic")]
    [InlineData("--port-file", null, "'--port-file' is not understood, or lacks its value")]
    [InlineData("--toppics", "scans:1", "'--toppics'")]
    public void What_the_command_line_should_not_say(string option, string? value, string expected)
    {
        string[] args = value is null ? [option] : [option, value];

        Assert.Null(Options.Parse(args, out var wrong));
        Assert.StartsWith(expected, wrong, StringComparison.Ordinal);
    }
}
