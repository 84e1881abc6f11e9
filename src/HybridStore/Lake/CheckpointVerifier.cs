using HybridStore.Native.Posix;

namespace HybridStore.Lake;

/// <summary>Looks whether checkpoints are whole, and say the same as the log.</summary>
internal sealed class CheckpointVerifier
{
    private const string Rewrite = "Remove it, then write it anew with 'hybrid compact --checkpoint': the rest of the log says the same.";
    private const string Restore = "Restore it from a backup of the log: versions before it were cleaned up, and it stands for them.";

    private readonly LakePaths _paths;
    private readonly LogListing _log;

    internal CheckpointVerifier(LakePaths paths, LogListing log)
    {
        _paths = paths;
        _log = log;
    }

    internal IEnumerable<LakeProblem> Check(CancellationToken cancellationToken)
    {
        if (CheckNote() is { } problem) yield return problem;
        foreach (var version in _log.Checkpoints)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Check(version) is { } damaged) yield return damaged;
        }
    }

    private LakeProblem? CheckNote()
    {
        try
        {
            var last = LastCheckpoint.TryRead(_paths.LastCheckpoint);
            if (last is null && _log.Checkpoints.Count > 0) return new LakeProblem(_paths.LastCheckpoint, $"expected the note that version {_log.Checkpoints[^1]} has the newest checkpoint, found none", "Write it with 'hybrid compact --checkpoint'.");
            if (last is null || _log.Checkpoints.Contains(last.Version) || IsOfAnotherKind(last)) return null;
            return new LakeProblem(_paths.Checkpoint(last.Version), "expected the checkpoint that _last_checkpoint names, found none", TellsAll(last.Version) ? Rewrite : Restore);
        }
        catch (StoreException error)
        {
            return new LakeProblem(_paths.LastCheckpoint, error.Message, "It only saves other programs a look at the folder.");
        }
    }

    /// <summary>Whether another program wrote a checkpoint of a later kind, whose name tells more than the version: only the note's writer reads it.</summary>
    private bool IsOfAnotherKind(LastCheckpoint last) =>
        last.Checksum is null && Directory.EnumerateFiles(_paths.Log, Path.GetFileNameWithoutExtension(LakePaths.CommitName(last.Version)) + ".checkpoint.*").Any();

    private LakeProblem? Check(long version)
    {
        var path = _paths.Checkpoint(version);
        var remedy = TellsAll(version) ? Rewrite : Restore;
        try
        {
            var found = Describe([CheckpointReader.Read(_paths, version)]);
            if (!TellsAll(version)) return null;
            var expected = Describe(new LogReader(_paths, _log with { Checkpoints = [] }).ReadAll(version));
            return found.SequenceEqual(expected, StringComparer.Ordinal) ? null : new LakeProblem(path, $"expected what the log says of version {version}, found something else", remedy);
        }
        catch (StoreException error)
        {
            // A note that is damaged is a problem of its own; the checkpoint beside it may be sound.
            return error.Message.StartsWith(_paths.LastCheckpoint, StringComparison.Ordinal) ? null : new LakeProblem(path, error.Message, remedy);
        }
        catch (IOException error) when (!SystemFailure.IsShortage(error.Message))
        {
            return new LakeProblem(path, $"expected a readable file, found: {error.Message}", remedy);
        }
    }

    /// <summary>Whether the log tells of a version without its checkpoint.</summary>
    private bool TellsAll(long version) => _log.Commits.Contains(0) || _log.CompactionsFrom(0).Any(to => to <= version);

    /// <summary>All that counts for a reader, in one order; other programs leave out or add the rest.</summary>
    private static List<string> Describe(IEnumerable<DeltaCommit> commits)
    {
        var replay = new LakeReplay("/");
        foreach (var commit in commits) replay.Apply(commit);
        return
        [
            $"{replay.Protocol?.ReaderVersion} {replay.Protocol?.WriterVersion}",
            $"{replay.Metadata?.Id} {replay.Metadata?.SchemaString} {string.Join(' ', replay.Metadata?.PartitionColumns ?? [])}",
            .. (replay.Metadata?.Configuration ?? new Dictionary<string, string>()).Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal),
            .. replay.AppTransactions.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal),
            .. replay.Files.Select(file => $"{file.Path} {file.Symbol} {file.Time} {file.SizeBytes} {file.RowCount} {file.Checksum:x16}").Order(StringComparer.Ordinal),
        ];
    }
}
