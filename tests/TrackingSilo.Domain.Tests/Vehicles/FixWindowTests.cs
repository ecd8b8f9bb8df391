using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Vehicles;

public class FixWindowTests
{
    [Fact]
    public void Twelve_fixes_pack_into_fewer_than_400_bytes_and_judge_alike()
    {
        var window = new FixWindow();
        for (var i = 0; i < 12; i++)
            Assert.Equal(FixVerdict.Accepted, window.Add(Ground.Fix(i * 5, i * 73.7, i * 11.3, 7.3f, 14.74f, 1_000_000 + i), Ground.Noon.AddMinutes(1)));

        var buffer = new byte[FixWindow.PackedMaxBytes];
        var length = window.WriteTo(buffer);
        var read = FixWindow.Read(buffer.AsSpan(0, length));

        Assert.InRange(length, 100, 250);
        Assert.Equal(12, read.Count);
        Assert.Equal(FixVerdict.Duplicate, read.Judge(Ground.Fix(25, 5 * 73.7, 5 * 11.3), Ground.Noon.AddMinutes(1)));
    }
}
