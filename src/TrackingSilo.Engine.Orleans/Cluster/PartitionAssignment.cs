using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TrackingSilo.Engine.Orleans.Cluster;

/// <summary>
/// Which silo reads which partition: the same answer on every silo that sees the same silos. A partition number goes, in all topics, to the silo where its hash is highest and there is
/// room (rendezvous hashing with bounded loads), so that what one key says in several topics is read in one place, the shares are even, and few partitions move when a silo comes or goes.
/// </summary>
static class PartitionAssignment
{
    /// <summary>The reader of each partition number from 0 on.</summary>
    /// <param name="silos">Names of the silos; any order.</param>
    public static string[] Of(IReadOnlyCollection<string> silos, int partitions)
    {
        var most = (partitions + silos.Count - 1) / silos.Count;
        var load = silos.ToDictionary(silo => silo, _ => 0, StringComparer.Ordinal);
        var readers = new string[partitions];
        for (var partition = 0; partition < partitions; partition++)
        {
            var number = partition;
            readers[partition] = silos.Where(silo => load[silo] < most).MaxBy(silo => (Weight(silo, number), silo))!;
            load[readers[partition]]++;
        }
        return readers;
    }

    static ulong Weight(string silo, int partition)
        => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{silo}/{partition}")));
}
