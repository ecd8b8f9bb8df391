namespace TrackingSilo.Kafka.Tests;

public class KafkaTopicsTests
{
    [Fact]
    public void Every_topic_bears_the_prefix()
    {
        var topics = new KafkaTopics("peak-2025.");

        Assert.Equal("peak-2025.scans", topics.Scans);
        Assert.All([.. topics.Inputs, .. topics.Outputs], name => Assert.StartsWith("peak-2025.", name, StringComparison.Ordinal));
        Assert.Equal("tracking.positions", new KafkaTopics().Positions);
    }
}
