namespace HybridStore.Tests.Walk;

/// <summary>Which rows of a source are wanted.</summary>
/// <param name="Symbols">Null for all.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last.</param>
internal sealed record WalkFilter(IReadOnlyList<string>? Symbols, DateOnly From, DateOnly To)
{
    /// <summary>As options of an ingest.</summary>
    internal IReadOnlyList<string> Options =>
        [.. Symbols is null ? (string[])[] : ["--symbols", string.Join(',', Symbols)], "--from", $"{From:O}", "--to", $"{To:O}"];

    /// <summary>One that leaves some of the rows.</summary>
    internal static WalkFilter Choose(Random random, IReadOnlyList<WalkFile> files)
    {
        var rows = files.SelectMany(file => file.Rows).ToList();
        var (one, other) = (WalkValues.Pick(random, rows), WalkValues.Pick(random, rows));
        var (from, to) = one.Date < other.Date ? (one.Date, other.Date) : (other.Date, one.Date);
        return new WalkFilter(random.Next(2) == 0 ? null : [.. new[] { one.Symbol!, other.Symbol! }.Distinct()], from, to);
    }

    /// <summary>The file as it is for who wants these rows only: another source.</summary>
    internal WalkFile Apply(WalkFile file) => file with
    {
        Rows = [.. file.Rows.Where(row => row.Date >= From && row.Date <= To && Symbols?.Contains(row.Symbol) != false)],
        Identity = $"{file.Path} {string.Join(',', Symbols?.Order() ?? Enumerable.Empty<string>())} {From:O} {To:O}",
    };
}
