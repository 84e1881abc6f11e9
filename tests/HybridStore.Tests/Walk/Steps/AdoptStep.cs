using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Tests.Walk.Steps;

/// <summary>Makes a dataset of copies of another's files, as they are or written anew.</summary>
internal sealed class AdoptStep : IWalkStep
{
    private const int AdoptedMax = 2;

    public int Weight => 3;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        var adopted = world.Tables.Count(one => one.Dataset.Name.StartsWith("adopted", StringComparison.Ordinal));
        if (adopted >= AdoptedMax) return Task.CompletedTask;
        if (world.Choose(random) is not { Now.Rows.Length: > 0, Derivation: null } source) return Task.CompletedTask;
        var table = new WalkTable(source.Dataset with { Name = $"adopted{world.Tables.Count}" });
        world.Tables.Add(table);
        var folder = Copy(world, source, table);
        // Files that lack a column, and folders whose names are shortened, are not taken as they are.
        var lacksColumns = source.Now.Columns.Length != WalkDataset.FirstColumns.Length + 2;
        var rewrites = lacksColumns || source.Now.Rows.Any(row => row.Symbol?.Length > 200) || random.Next(2) == 0;
        var layout = rewrites ? WalkValues.Pick(random, Enum.GetValues<Partitioning>()) : source.Now.Layout;
        var (dataset, after) = (table.Dataset, source.Now with { Layout = layout, Sources = [], Rejects = [] });
        string[] line =
        [
            "adopt", folder, "--dataset", dataset.Name, "--symbol-column", dataset.SymbolColumn, "--time-column", dataset.TimeColumn,
            "--timezone", dataset.Zone, "--partition-by", layout.ToText(), .. rewrites ? ["--rewrite"] : Array.Empty<string>(),
        ];
        return world.RunAsync(new WalkAction(table, line) { After = after, IsRepeatable = false }, random);
    }

    private static string Copy(WalkWorld world, WalkTable source, WalkTable table)
    {
        var snapshot = new LakeTable(world.Store.Dataset(source.Dataset.Name), TimeProvider.System).TryLoad()!;
        var folder = world.File(table.Dataset.Name);
        foreach (var file in snapshot.Files)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(snapshot.Locate(file), path);
        }

        return folder;
    }
}
