using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace HybridStore.Tests.Walk;

/// <summary>Compares rows without regard to their order.</summary>
internal static class WalkRows
{
    private const int ShownMax = 12;
    private const int ShownLengthMax = 300;

    /// <summary>Whether two sets of rows are the same, each as often.</summary>
    internal static bool AreSame(IEnumerable<WalkRow> rows, IEnumerable<WalkRow> others) =>
        Digest(rows.Select(row => row.Text)) == Digest(others.Select(row => row.Text));

    /// <summary>Says how rows differ from those expected.</summary>
    /// <returns>Null when they do not.</returns>
    internal static string? Difference(IEnumerable<WalkRow> expected, List<string> found)
    {
        if (Digest(expected.Select(row => row.Text)) == Digest(found)) return null;
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in expected) CollectionsMarshal.GetValueRefOrAddDefault(counts, row.Text, out _)++;
        foreach (var row in found) CollectionsMarshal.GetValueRefOrAddDefault(counts, row, out _)--;
        var (lost, added) = (counts.Where(count => count.Value > 0).ToList(), counts.Where(count => count.Value < 0).ToList());
        return $"expected {expected.Count()} rows, found {found.Count}\n{Show("missing", lost)}{Show("not expected", added)}";
    }

    private static string Show(string what, List<KeyValuePair<string, int>> rows)
    {
        var shown = rows.OrderBy(row => row.Key, StringComparer.Ordinal).Take(ShownMax);
        var rest = rows.Count > ShownMax ? $"  ... {rows.Count} {what}\n" : "";
        return string.Concat(shown.Select(row => $"  {what} x {Math.Abs(row.Value)}: {Cut(row.Key)}\n")) + rest;
    }

    private static string Cut(string row) => row.Length <= ShownLengthMax ? row : row[..ShownLengthMax] + " ...";

    /// <summary>The number of rows and the sum of their hashes.</summary>
    private static (int Count, ulong Sum) Digest(IEnumerable<string> rows)
    {
        var (count, sum) = (0, 0UL);
        foreach (var row in rows)
        {
            count++;
            sum += XxHash64.HashToUInt64(MemoryMarshal.AsBytes(row.AsSpan()));
        }

        return (count, sum);
    }
}
