using System.Globalization;
using HybridStore.Schema;

namespace HybridStore.Tests.Walk.Steps;

/// <summary>Computes a dataset from another, or brings it up to date.</summary>
internal sealed class DeriveStep : IWalkStep
{
    private const int DerivedMax = 2;
    private const long HourUs = 3_600_000_000;

    public int Weight => 7;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        var derived = world.Tables.Where(table => table.Derivation is not null).ToList();
        if (derived.Count > 0 && (derived.Count >= DerivedMax || random.Next(4) > 0))
        {
            var known = derived.Where(table => table.Now is not null).ToList();
            var all = known.Count > 1 && random.Next(2) == 0;
            return world.RunAsync(all ? RefreshAll(known) : Refresh(WalkValues.Pick(random, derived)), random);
        }

        // What is computed from a dataset that is computed itself is a chain.
        if (world.Choose(random) is not { Now.Rows.Length: > 0 } source || !source.Now.Columns.Contains("px")) return Task.CompletedTask;
        var isFilter = random.Next(2) == 0;
        var dataset = source.Dataset with { Name = $"{(isFilter ? "part" : "hours")}{world.Tables.Count}" };
        var table = new WalkTable(dataset) { Derivation = isFilter ? Filter(source) : Hours(source) };
        world.Tables.Add(table);
        return world.RunAsync(Refresh(table), random);
    }

    private static WalkAction Refresh(WalkTable table)
    {
        List<string> line = ["derive", table.Dataset.Name];
        if (table.Now is null) line.AddRange(["--from", table.Derivation!.Source.Dataset.Name, "--sql", table.Derivation.Sql]);
        return new WalkAction(table, [.. line]) { After = Compute(table) };
    }

    /// <summary>Brings all up to date, in the order in which they were declared: sources come before what is computed from them.</summary>
    private static WalkAction RefreshAll(List<WalkTable> tables) => new(tables[0], "derive", "--all")
    {
        After = Compute(tables[0]),
        Also = [.. tables.Skip(1).Select(table => (table, (Func<WalkState?>)(() => Compute(table)), (Func<WalkHot?>)(() => null)))],
    };

    private static WalkState Compute(WalkTable table)
    {
        var (dataset, derivation) = (table.Dataset, table.Derivation!);
        var rows = derivation.Compute(dataset, derivation.Source.Now!);
        var layout = table.Now?.Layout ?? Partitioning.Month;
        return new WalkState(layout, [dataset.SymbolColumn, dataset.TimeColumn, .. derivation.Columns], [.. rows], [], []);
    }

    private static WalkDerivation Filter(WalkTable source) => new(
        source,
        ["px", "size"],
        (dataset, state) =>
            from row in state.Rows
            where !row.Cells.ContainsKey("size") || (row.Cells.TryGetValue("px", out var px) && IsPositive(px))
            let columns = (string[])[dataset.SymbolColumn, dataset.TimeColumn, "px", "size"]
            select dataset.Row(row.Cells.Where(cell => columns.Contains(cell.Key)).ToDictionary()),
        $"select {source.Dataset.SymbolColumn}, {source.Dataset.TimeColumn}, px, size "
        + $"from {source.Dataset.Name} where px > 0 or size is null");

    private static WalkDerivation Hours(WalkTable source) => new(
        source,
        ["n", "top"],
        (dataset, state) =>
            from row in state.Rows
            group row by (row.Symbol, TimeUs: row.TimeUs / HourUs * HourUs) into hour
            select dataset.Row(new Dictionary<string, string>
            {
                [dataset.SymbolColumn] = hour.Key.Symbol ?? "",
                [dataset.TimeColumn] = dataset.TimeText(hour.Key.TimeUs, WalkSpelling.Utc),
                ["n"] = $"{hour.Count()}",
                ["top"] = $"{hour.Max(SizeOf)}",
            }),
        $"select {source.Dataset.SymbolColumn}, date_trunc('hour', {source.Dataset.TimeColumn}) as {source.Dataset.TimeColumn}, "
        + $"count(*) as n, max(size) as top from {source.Dataset.Name} group by 1, 2");

    /// <summary>As SQL sees it, where NaN is greater than all numbers.</summary>
    private static bool IsPositive(string text) => WalkDataset.DoubleOf(text) is > 0 or double.NaN;

    private static long? SizeOf(WalkRow row) =>
        row.Cells.TryGetValue("size", out var size) ? long.Parse(size, CultureInfo.InvariantCulture) : null;
}
