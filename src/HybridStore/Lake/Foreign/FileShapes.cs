using System.Collections.Concurrent;
using System.Text;
using HybridStore.Native.DuckDb;

namespace HybridStore.Lake.Foreign;

/// <summary>Reads the footers of files that other programs wrote.</summary>
/// <remarks>Thread-safe. A data file never changes while its name stays, so that each is looked at once in a process.</remarks>
internal static class FileShapes
{
    /// <summary>So many are remembered: a server that runs for weeks must not keep the footers of all files that ever were.</summary>
    private const int RememberedMax = 100_000;

    private static readonly ConcurrentDictionary<string, FileShape> Remembered = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, FileShape> BySignature = new(StringComparer.Ordinal);

    /// <summary>The columns of each file.</summary>
    /// <param name="connection">May read the files.</param>
    /// <param name="paths">The files.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <exception cref="DuckDbException">A file is gone, or no Parquet file.</exception>
    internal static IReadOnlyDictionary<string, FileShape> Read(DuckDbConnection connection, IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        if (Remembered.Count + paths.Count > RememberedMax) Remembered.Clear();
        var shapes = new Dictionary<string, FileShape>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var path in paths)
        {
            if (Remembered.TryGetValue(path, out var shape)) shapes[path] = shape;
            else unknown.Add(path);
        }

        foreach (var (path, signature) in Signatures(connection, unknown, cancellationToken))
        {
            shapes[path] = Remembered[path] = BySignature.TryGetValue(signature, out var known) ? known : BySignature[signature] = Describe(connection, path, cancellationToken);
        }

        return shapes;
    }

    /// <summary>Columns of instants with nanoseconds, whose last three digits DuckDB cuts without a word.</summary>
    internal static IReadOnlyCollection<string> NanosecondInstants(DuckDbConnection connection, IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var result = connection.Query(ForeignSql.NanosecondInstants(paths), cancellationToken);
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++) names.Add(Text(result.Chunk.Column(0), row));
        }

        return names;
    }

    private static List<(string Path, string Signature)> Signatures(DuckDbConnection connection, List<string> paths, CancellationToken cancellationToken)
    {
        var signatures = new List<(string Path, string Signature)>();
        if (paths.Count == 0) return signatures;
        using var result = connection.Query(ForeignSql.Signatures(paths), cancellationToken);
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++) signatures.Add((Text(result.Chunk.Column(0), row), Text(result.Chunk.Column(1), row)));
        }

        return signatures;
    }

    private static FileShape Describe(DuckDbConnection connection, string path, CancellationToken cancellationToken)
    {
        var columns = new List<FileShape.Column>();
        var nanoseconds = NanosecondInstants(connection, [path], cancellationToken);
        using var result = connection.Query(LakeSql.Describe(path), cancellationToken);
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++)
            {
                var name = Text(result.Chunk.Column(0), row);
                columns.Add(new FileShape.Column(name, nanoseconds.Contains(name) ? FileShape.NanosecondInstant : Text(result.Chunk.Column(1), row)));
            }
        }

        return new FileShape(columns);
    }

    private static string Text(DuckDbVector column, int row) => Encoding.UTF8.GetString(column.Bytes(row));
}
