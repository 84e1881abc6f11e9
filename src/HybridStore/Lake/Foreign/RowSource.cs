using HybridStore.Native.DuckDb;

namespace HybridStore.Lake.Foreign;

/// <summary>A file whose rows are asked for, with what is needed to read them right.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="File">What the log says of it; null for a file of a dataset's own writer that is in no log yet.</param>
/// <param name="Shape">Its columns, where another program wrote it; null for a file that has those of the dataset, by hybrid's own hand.</param>
internal sealed record RowSource(string Path, DataFile? File, FileShape? Shape)
{
    /// <summary>Files of a snapshot, in their order.</summary>
    /// <param name="snapshot">Of the dataset.</param>
    /// <param name="files">Some of its files.</param>
    /// <param name="connection">Looks into those that other programs wrote.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <exception cref="DuckDbException">A file is gone, or no Parquet file.</exception>
    internal static IReadOnlyList<RowSource> Of(LakeSnapshot snapshot, IEnumerable<DataFile> files, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        var located = files.Select(file => (Path: snapshot.Locate(file), File: file)).ToList();
        var foreign = located.Where(one => one.File.IsForeign || snapshot.Protocol.WidensTypes).Select(one => one.Path).ToList();
        var shapes = foreign.Count == 0 ? null : FileShapes.Read(connection, foreign, cancellationToken);
        return [.. located.Select(one => new RowSource(one.Path, one.File, shapes?.GetValueOrDefault(one.Path)))];
    }

    /// <summary>Those that hybrid wrote, in their order.</summary>
    internal static IReadOnlyList<RowSource> WithoutForeign(IReadOnlyList<RowSource> sources) =>
        sources.All(source => source.Shape is null) ? sources : [.. sources.Where(source => source.Shape is null)];

    /// <summary>Files that hybrid wrote, and that are in no log yet.</summary>
    internal static IEnumerable<RowSource> OfDrafts(IEnumerable<string> paths) => paths.Select(path => new RowSource(path, null, null));
}
