using HybridStore.Derive;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;
using HybridStore.Tests.Lake;
using HybridStore.Tests.Query;

namespace HybridStore.Tests.Derive;

/// <summary>A store with the dataset <c>ticks</c>, and what is derived from it.</summary>
internal sealed class DerivedStore : IDisposable
{
    internal DerivedStore(Partitioning layout = Partitioning.SymbolDate) => Ticks = new LakeFixture(layout);

    internal LakeFixture Ticks { get; }

    internal Deriver Deriver => new(Ticks.Store, TimeProvider.System, new QueryOptions { ThreadsMax = 1 });

    internal static Derivation Bars { get; } = new("ticks", "bars", "1 minute");

    internal LakeTable Table(string name) => new(Ticks.Store.Dataset(name), TimeProvider.System);

    internal DeriveReport Declare(string name, Derivation derivation, Partitioning? layout = null, bool rebuild = false) => Deriver.Declare(name, derivation, layout, rebuild, CancellationToken.None);

    internal DeriveReport Refresh(string name) => Deriver.Refresh(name, rebuild: false, CancellationToken.None);

    /// <summary>Takes a symbol's day, or a file that holds it, out of the source.</summary>
    internal void Remove(Func<DataFile, bool> which)
    {
        var snapshot = Ticks.Table.TryLoad()!;
        using var transaction = Ticks.Table.Begin(snapshot, "delete");
        foreach (var file in snapshot.Files.Where(which)) transaction.Remove(file);
        transaction.Commit(new CommitDetails(), CancellationToken.None);
    }

    /// <summary>Rows of a dataset, sorted.</summary>
    internal List<string> Rows(string dataset, string sql = "select columns(*) from {0} order by all")
    {
        using var engine = QueryEngine.Open(QuerySource.AllOf(Ticks.Store, TimeProvider.System));
        return engine.Rows(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, dataset));
    }

    /// <summary>Rows in the order of the files.</summary>
    internal List<string> Stored(string dataset)
    {
        var snapshot = Table(dataset).TryLoad()!;
        var columns = string.Join(", ", snapshot.Dataset.Columns.Select(column => column.Name));
        return snapshot.Files.Count == 0 ? [] : Ticks.Query($"SELECT concat_ws('|', {columns}) FROM read_parquet([{string.Join(", ", snapshot.Files.Select(file => LakeFixture.Quote(snapshot.Locate(file))))}], hive_partitioning = false)");
    }

    public void Dispose() => Ticks.Dispose();
}
