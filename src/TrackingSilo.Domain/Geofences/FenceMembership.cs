using TrackingSilo.Domain.Packing;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Geofences;

/// <summary>A vehicle and one fence that it is in, or may soon be in.</summary>
struct FenceMembership
{
    public const long Never = long.MinValue;

    public string Id;

    /// <summary>In the index that is used now.</summary>
    public int Ordinal;

    /// <summary>The fence's <see cref="Geofence.Fingerprint"/>.</summary>
    public ulong Fingerprint;

    public bool Inside;

    /// <summary>Nothing is to be told about its stay any more.</summary>
    public bool Dwelled;

    /// <summary>Fixes in a row that contradict <see cref="Inside"/>, the time of the first of them, and the probability that all of them are wrong.</summary>
    public byte Doubts;
    public long DoubtMs;
    public float DoubtError;

    /// <summary>When the border was crossed towards where the last fixes were; <see cref="Never"/> while they agree with <see cref="Inside"/>.</summary>
    public long CrossedMs;

    /// <summary>When it came in; where it was seen first inside, when that was.</summary>
    public long EnteredMs;

    public const int PackedMaxBytes = 24 + (GeofenceFile.IdMaxCharacters * 3) + (4 * PackedWriter.NumberMaxBytes);

    public readonly bool IsSameAs(in FenceMembership other)
        => Id == other.Id && Fingerprint == other.Fingerprint && Inside == other.Inside && Dwelled == other.Dwelled && Doubts == other.Doubts && DoubtMs == other.DoubtMs
            && CrossedMs == other.CrossedMs && EnteredMs == other.EnteredMs;

    public readonly void WriteTo(ref PackedWriter writer)
    {
        writer.WriteText(Id);
        writer.WriteUnsigned(Fingerprint);
        writer.WriteByte((byte)((Doubts << 2) | (Dwelled ? 2 : 0) | (Inside ? 1 : 0)));
        writer.WriteSigned(DoubtMs);
        writer.WriteSingle(DoubtError);
        writer.WriteSigned(CrossedMs);
        writer.WriteSigned(EnteredMs);
    }

    public static FenceMembership Read(ref PackedReader reader)
    {
        var membership = new FenceMembership { Id = reader.ReadText(GeofenceFile.IdMaxCharacters * 3), Ordinal = -1, Fingerprint = reader.ReadUnsigned() };
        var state = reader.ReadByte();
        membership.Inside = (state & 1) != 0;
        membership.Dwelled = (state & 2) != 0;
        membership.Doubts = (byte)Math.Min(state >> 2, FenceState.FixesToBelieve);
        membership.DoubtMs = FixGrid.Clamp(reader.ReadSigned());
        membership.DoubtError = Math.Clamp(reader.ReadSingle(), 0, 1);
        var crossed = reader.ReadSigned();
        membership.CrossedMs = crossed == Never ? Never : FixGrid.Clamp(crossed);
        membership.EnteredMs = FixGrid.Clamp(reader.ReadSigned());
        return membership;
    }
}
