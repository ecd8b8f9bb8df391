using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Time;
using TrackingSilo.Simulation.Sending;

namespace TrackingSilo.Simulation.Tests.Sending;

public sealed class PlaybackTests
{
    static readonly DateTimeOffset s_domain = new(2026, 1, 1, 10, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset s_real = new(2030, 6, 1, 0, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider _time = new(s_real);
    readonly Channel<SimulatedMessage> _sent = Channel.CreateBounded<SimulatedMessage>(100);

    [Fact]
    public async Task History_goes_at_once_and_the_rest_when_its_time_comes()
    {
        var clock = new ClockSchedule { DomainStart = s_domain, RealStart = s_real, Speed = 60 };
        var playing = Play(clock, -120, -5, 10, 20);
        await SentAsync();
        await SentAsync();

        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(_sent.Reader.TryPeek(out _));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await SentAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await playing;
        await SentAsync();
    }

    [Fact]
    public async Task What_the_clock_leaps_over_takes_no_time()
    {
        var clock = new ClockSchedule
        {
            DomainStart = s_domain, RealStart = s_real, Speed = 60, Skips = [new ClockSkip(s_domain.AddMinutes(5), s_domain.AddMinutes(605))],
        };
        var playing = Play(clock, 5, 610);
        _time.Advance(TimeSpan.FromSeconds(5));
        await SentAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await playing;
        await SentAsync();
    }

    [Fact]
    public async Task A_stop_ends_it_in_the_middle_of_a_wait()
    {
        using var stop = new CancellationTokenSource();
        var playback = new Playback(new ClockSchedule { DomainStart = s_domain, RealStart = s_real }, _time);
        var playing = playback.PlayAsync([At(0), At(1)], Sent, stop.Token);
        await SentAsync();
        await stop.CancelAsync();
        await playing;
        Assert.Equal(1, playback.Sent);
    }

    Task Play(ClockSchedule clock, params double[] minutes) => new Playback(clock, _time).PlayAsync(minutes.Select(At), Sent, CancellationToken.None);

    static SimulatedMessage At(double minutes)
        => new(s_domain.AddMinutes(minutes), MessageTopic.Scans, "a/1", [], new RegistrationFact(ShipmentId.Parse("a/1")));

    void Sent(SimulatedMessage message) => Assert.True(_sent.Writer.TryWrite(message));

    async Task SentAsync() => await _sent.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
}
