using System.Collections.Immutable;
using HybridStore.Schema;

namespace HybridStore.Tests.Walk;

/// <summary>A row in quarantine.</summary>
/// <param name="Line">Its first line in its source.</param>
/// <param name="Mended">What it is when the word in it that is no number counts as no value; null when it stays unreadable.</param>
internal sealed record WalkReject(int Line, WalkRow? Mended);

/// <summary>What a dataset holds at a version.</summary>
/// <param name="Layout">Its layout.</param>
/// <param name="Columns">Names of its columns, in order.</param>
/// <param name="Rows">All rows, in no order.</param>
/// <param name="Sources">Files that it knows, by a name of their content.</param>
/// <param name="Rejects">Its quarantine.</param>
internal sealed record WalkState(
    Partitioning Layout,
    ImmutableArray<string> Columns,
    ImmutableArray<WalkRow> Rows,
    ImmutableHashSet<string> Sources,
    ImmutableArray<WalkReject> Rejects)
{
    private (ImmutableArray<WalkRow> Rows, ILookup<(string Symbol, DateOnly Date), WalkRow> Days) _byDay;

    /// <summary>The rows of each symbol on each day.</summary>
    internal ILookup<(string Symbol, DateOnly Date), WalkRow> ByDay
    {
        get
        {
            // What `with` copies is of the rows before.
            if (_byDay.Rows != Rows) _byDay = (Rows, Rows.ToLookup(row => (row.Symbol ?? "", row.Date)));
            return _byDay.Days;
        }
    }

    /// <summary>Takes in a file's rows.</summary>
    /// <param name="file">The file.</param>
    /// <param name="policy">As <c>--on-duplicate</c>.</param>
    /// <param name="hasKey">Whether symbol and time make rows the same, instead of all columns.</param>
    internal WalkState With(WalkFile file, string policy, bool hasKey)
    {
        var columns = Columns.AddRange(file.Header.Where(column => !Columns.Contains(column)));
        var (sources, rejects) = (Sources.Add(file.Identity), Rejects.AddRange(file.Rejects));
        return this with { Columns = columns, Rows = Merge(file.Rows, policy, hasKey), Sources = sources, Rejects = rejects };
    }

    private ImmutableArray<WalkRow> Merge(IReadOnlyList<WalkRow> rows, string policy, bool hasKey)
    {
        if (policy == "keep") return Rows.AddRange(rows);
        var fresh = new Dictionary<string, WalkRow>(StringComparer.Ordinal);
        var isReplacing = policy == "replace";
        foreach (var row in rows)
        {
            if (isReplacing) fresh[KeyOf(row)] = row;
            else fresh.TryAdd(KeyOf(row), row);
        }

        if (isReplacing) return [.. Rows.Where(row => !fresh.ContainsKey(KeyOf(row))), .. fresh.Values];
        foreach (var row in Rows) fresh.Remove(KeyOf(row));
        return Rows.AddRange(fresh.Values);

        string KeyOf(WalkRow row) => hasKey ? row.Key : row.SqlText;
    }
}
