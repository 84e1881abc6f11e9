using HybridStore.Schema;

namespace HybridStore.Tests.Walk.Steps;

/// <summary>Ingests files, new or known, with rows that come again and columns that come and go; or one that is refused.</summary>
internal sealed class IngestStep : IWalkStep
{
    private static readonly string[] Policies = ["keep", "keep", "skip", "skip", "replace"];
    private static readonly string[] Zones = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Tokyo"];

    public int Weight => 30;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        var table = Choose(world, random);
        if (table.Now is not null && random.Next(12) == 0) return world.RunAsync(Refused(world, table, random), random);
        var (policy, hasKey) = Policy(random);
        return world.RunAsync(Plan(world, table, table.Now, policy, hasKey, random), random);
    }

    /// <summary>Plans an ingest of one to three files.</summary>
    /// <param name="world">Where.</param>
    /// <param name="table">Into which dataset.</param>
    /// <param name="before">What that holds; null when it is to be made.</param>
    /// <param name="policy">As <c>--on-duplicate</c>.</param>
    /// <param name="hasKey">Whether symbol and time make rows the same.</param>
    /// <param name="random">Chooses.</param>
    internal static WalkAction Plan(WalkWorld world, WalkTable table, WalkState? before, string policy, bool hasKey, Random random)
    {
        var dataset = table.Dataset;
        var files = Files(world, table, before, random);
        var state = before ?? new WalkState(WalkValues.Pick(random, Enum.GetValues<Partitioning>()), [], [], [], []);
        var isForced = before is not null && policy == "keep" && random.Next(12) == 0;
        // Where rows are compared with those before, each file is a commit.
        var isStepwise = policy != "keep" && files.Count > 1;
        var isCommittedOften = !isForced && random.Next(8) == 0;
        var filter = random.Next(8) == 0 && files.TrueForAll(file => file.Rejects.Count == 0) ? WalkFilter.Choose(random, files) : null;
        foreach (var file in files.Select(file => filter?.Apply(file) ?? file))
        {
            if (isForced || !state.Sources.Contains(file.Identity)) state = state.With(file, policy, hasKey);
        }

        List<string> line = ["ingest", .. files.Select(file => file.Path), "--dataset", dataset.Name, "--quiet"];
        if (before is null)
        {
            line.AddRange(["--symbol-column", dataset.SymbolColumn, "--time-column", dataset.TimeColumn, "--timezone", dataset.Zone]);
            line.AddRange(["--columns", dataset.ColumnTypes, "--partition-by", state.Layout.ToText()]);
        }
        else if (files.Exists(file => file.IsLocal))
        {
            // Times that name no zone are of the dataset's own only when that is said each time.
            line.AddRange(["--timezone", dataset.Zone]);
        }

        if (policy != "keep") line.AddRange(["--on-duplicate", policy]);
        if (hasKey) line.AddRange(["--key", $"{dataset.SymbolColumn},{dataset.TimeColumn}"]);
        if (isForced) line.Add("--force");
        if (isCommittedOften) line.AddRange(["--commit-every", "1KB"]);
        if (filter is not null) line.AddRange(filter.Options);
        return new WalkAction(table, [.. line]) { After = state, IsRepeatable = !isForced, IsStepwise = isStepwise || isCommittedOften };
    }

    /// <summary>The dataset for a step that brings rows: one that there is, or a new one.</summary>
    private static WalkTable Choose(WalkWorld world, Random random)
    {
        var open = world.Tables.Where(table => table.Derivation is null).ToList();
        if (open.Count > 0 && (open.Count >= 2 || random.Next(8) > 0)) return WalkValues.Pick(random, open);
        var isInstant = random.Next(2) == 0;
        var dataset = random.Next(2) == 0
            ? new WalkDataset($"ticks{world.Tables.Count}", "symbol", "ts", isInstant, WalkValues.Pick(random, Zones))
            : new WalkDataset($"plants{world.Tables.Count}", "duid", "settled", isInstant, WalkValues.Pick(random, Zones));
        var table = new WalkTable(dataset);
        world.Tables.Add(table);
        return table;
    }

    private static (string Policy, bool HasKey) Policy(Random random)
    {
        var policy = WalkValues.Pick(random, Policies);
        return (policy, policy == "replace" || (policy == "skip" && random.Next(2) == 0));
    }

    private static List<WalkFile> Files(WalkWorld world, WalkTable table, WalkState? before, Random random)
    {
        var isFirst = before is null;
        if (!isFirst && world.Written(table) is { Count: > 0 } written && random.Next(5) == 0) return [WalkValues.Pick(random, written)];
        if (!isFirst && world.IsLarge && random.Next(4) == 0) return [world.Note(table, world.Sources.WriteLarge(table.Dataset, random))];
        var files = new List<WalkFile>();
        // The files of an ingest spell their times in the same way.
        var isLocal = table.Dataset.IsInstant && random.Next(3) == 0;
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var lacks = !isFirst && random.Next(4) == 0;
            List<string> columns = [.. WalkDataset.FirstColumns.Where(_ => !lacks || random.Next(3) > 0)];
            if (!isFirst && random.Next(6) == 0) columns.Add(WalkValues.Pick(random, WalkDataset.LaterColumns));
            files.Add(world.Note(table, world.Sources.Write(table.Dataset, before, columns, isLocal, random)));
        }

        return files;
    }

    /// <summary>A file whose column is of another kind than the dataset's.</summary>
    private static WalkAction Refused(WalkWorld world, WalkTable table, Random random)
    {
        var path = world.Sources.WriteOfOtherKind(table.Dataset, random);
        string[] line = ["ingest", path, "--dataset", table.Dataset.Name, "--quiet"];
        return new WalkAction(table, line) { ExitCode = HybridStore.Cli.ExitCode.SourceData };
    }
}
