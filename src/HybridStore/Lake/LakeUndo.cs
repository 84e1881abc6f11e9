using System.Globalization;

namespace HybridStore.Lake;

/// <summary>Makes a table hold what it held at an earlier version.</summary>
internal sealed class LakeUndo
{
    private readonly LakeTable _table;

    internal LakeUndo(LakeTable table) => _table = table;

    internal CommitOutcome Run(long? version, CancellationToken cancellationToken)
    {
        var latest = _table.LatestVersion() ?? throw new StoreException(StoreErrorKind.Usage, "There is no dataset, and so nothing to undo.");
        if (version is null && latest == 0) throw new StoreException(StoreErrorKind.Usage, $"Dataset '{Path.GetFileName(_table.Folder)}' has one version only: there is none to go back to.");
        var then = _table.TryLoad(version ?? latest - 1)!;
        var now = _table.LoadForUndo(then);
        var live = now.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var kept = then.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        using var transaction = _table.Begin(now, "undo", returnsTo: then);
        transaction.DependOnAll();
        if (now.Metadata != then.Metadata || !now.Protocol.IsSame(then.Protocol)) transaction.SetDescription(then);
        foreach (var file in now.Files.Where(file => !kept.Contains(file.Path))) transaction.Remove(file);
        var restored = then.Files.Where(file => !live.Contains(file.Path) && file.RowCount > 0).ToList(); // Other programs add files without rows.
        foreach (var file in restored)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var source = then.Locate(file);
            if (!File.Exists(source))
            {
                throw new StoreException(StoreErrorKind.Usage, $"{source}: version {then.Version} cannot be restored, because this file of it was vacuumed. Choose a later version, or ingest its source again.");
            }

            transaction.Restore(source, file);
        }

        // Work that is taken back may be done again: the same source file may be ingested again. Work that comes back, by an undo of an undo, may not.
        foreach (var appId in now.AppTransactions.Keys.Union(then.AppTransactions.Keys))
        {
            var before = then.AppTransactions.TryGetValue(appId, out var number) ? number : -1;
            if (!now.AppTransactions.TryGetValue(appId, out var current) || current != before) transaction.ResetAppTransaction(appId, before);
        }

        var rowCount = restored.Sum(file => file.RowCount);
        var details = new CommitDetails
        {
            RowsRead = rowCount,
            RowsStored = rowCount,
            Parameters = new Dictionary<string, string> { ["version"] = then.Version.ToString(CultureInfo.InvariantCulture) },
        };
        return transaction.Commit(details, cancellationToken);
    }
}
