using System.Numerics;
using System.Runtime.InteropServices;
using HybridStore.Native.DuckDb;
using HybridStore.Query;

namespace HybridStore.Benchmarks.Query;

/// <summary>Sums of bids as a careful caller writes them.</summary>
internal static class BatchSums
{
    internal static (long Rows, double Sum) Of(QueryReader reader)
    {
        var (rows, sum) = (0L, 0.0);
        using (reader)
        {
            while (reader.Read())
            {
                var bids = reader.Chunk.Column(0);
                rows += bids.RowCount;
                sum += Of(bids);
            }
        }

        return (rows, sum);
    }

    internal static (long Rows, double Sum) Of(ScanReader reader)
    {
        var (rows, sum) = (0L, 0.0);
        using (reader)
        {
            while (reader.Read())
            {
                var bids = reader.Values<double>(0);
                rows += bids.Length;
                if (!reader.MayHaveNulls(0)) sum += Plain(bids);
                else
                {
                    for (var row = 0; row < bids.Length; row++) sum += reader.IsNull(0, row) ? 0 : bids[row];
                }
            }
        }

        return (rows, sum);
    }

    internal static (long Rows, double Sum) Of(IEnumerable<QuoteRow> quotes)
    {
        var (rows, sum) = (0L, 0.0);
        foreach (var quote in quotes)
        {
            rows++;
            sum += quote.BidPrice ?? 0;
        }

        return (rows, sum);
    }

    /// <summary>Whole words of the mask first: runs of values that are all there are summed without a branch.</summary>
    internal static double Of(DuckDbVector vector)
    {
        const int wordBits = 64;
        var values = vector.Values<double>();
        var mask = vector.ValidityMask;
        if (mask.IsEmpty) return Plain(values);
        var sum = 0.0;
        for (var word = 0; word < mask.Length; word++)
        {
            var part = values.Slice(word * wordBits, Math.Min(wordBits, values.Length - (word * wordBits)));
            if (mask[word] == ulong.MaxValue) sum += Plain(part);
            else for (var row = 0; row < part.Length; row++) sum += (mask[word] >> row & 1) != 0 ? part[row] : 0;
        }

        return sum;
    }

    private static double Plain(ReadOnlySpan<double> values)
    {
        var lanes = MemoryMarshal.Cast<double, Vector<double>>(values);
        var sums = Vector<double>.Zero;
        foreach (var lane in lanes) sums += lane;
        var sum = Vector.Sum(sums);
        foreach (var value in values[(lanes.Length * Vector<double>.Count)..]) sum += value;
        return sum;
    }
}
