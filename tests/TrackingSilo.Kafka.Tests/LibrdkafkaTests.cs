using Confluent.Kafka;

namespace TrackingSilo.Kafka.Tests;

public class LibrdkafkaTests
{
    [Fact]
    public void It_is_found_and_says_its_version()
    {
        Assert.Matches(@"^\d+\.\d+", Librdkafka.Use());
        Assert.Equal(Librdkafka.Use(), Librdkafka.Use());
    }

    [Fact]
    public void A_client_can_be_made()
    {
        Librdkafka.Use();
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig { BootstrapServers = "127.0.0.1:1", GroupId = "none" })
            .SetLogHandler((_, _) => { })
            .Build();
        Assert.Empty(consumer.Assignment);
    }
}
