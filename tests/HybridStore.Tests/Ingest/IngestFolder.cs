using System.Text;
using System.Text.Json;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Query;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Ingest;

/// <summary>A store and sources of its own for a test of ingest, and plain SQL on the result.</summary>
internal sealed class IngestFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal List<string> Notes { get; } = [];

    internal string Store => _folder.File("store");

    internal string Write(string name, string text) => _folder.Write(name, text);

    internal string File(string name) => _folder.File(name);

    internal IngestReport Ingest(string path, Func<IngestRequest, IngestRequest>? with = null, CancellationToken cancellationToken = default) =>
        Ingest([path], with, cancellationToken);

    internal IngestReport Ingest(IReadOnlyList<string> paths, Func<IngestRequest, IngestRequest>? with = null, CancellationToken cancellationToken = default)
    {
        var request = new IngestRequest { Paths = paths, Dataset = "d", Partitioning = Directory.Exists(Store) ? null : HybridStore.Schema.Partitioning.SymbolDate };
        var report = new Ingestor(Store, TimeProvider.System, new IngestProgress(), Notes.Add).Run(with is null ? request : with(request), cancellationToken).Single();
        foreach (var file in report.Files)
        {
            Xunit.Assert.Equal(file.RowsRead, file.RowsStored + file.RowsRejected + file.RowsDeduplicated + file.RowsFiltered);
        }

        return report;
    }

    internal LakeSnapshot Snapshot() => new LakeTable(new StorePaths(Store).Dataset("d"), TimeProvider.System).TryLoad()!;

    /// <summary>The dataset's rows as a table expression: its live files by the log, in their order.</summary>
    internal string Rows()
    {
        var snapshot = Snapshot();
        return $"read_parquet({SqlText.LiteralList(snapshot.Files.Select(file => Path.Combine(snapshot.Folder, file.Path)))}, hive_partitioning = false)";
    }

    internal string[] Rejects() => Directory.Exists(Path.Combine(Snapshot().Folder, "_rejects"))
        ? [.. Directory.EnumerateFiles(Path.Combine(Snapshot().Folder, "_rejects")).SelectMany(System.IO.File.ReadAllLines)]
        : [];

    /// <summary>The rejects as JSON objects, in the order of their lines.</summary>
    internal IReadOnlyList<JsonElement> RejectRows() => [.. Rejects().Select(row => JsonDocument.Parse(row).RootElement).OrderBy(row => row.GetProperty("line").GetInt64())];

    /// <summary>A query's answer as lines of values with commas between.</summary>
    internal static string Ask(string sql)
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        using var result = connection.Query(sql);
        var text = new StringBuilder();
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++)
            {
                if (text.Length > 0) text.Append('\n');
                for (var column = 0; column < result.Chunk.ColumnCount; column++)
                {
                    if (column > 0) text.Append(',');
                    text.Append(ValueText.Of(result.Chunk.Column(column), row) ?? "null");
                }
            }
        }

        return text.ToString();
    }

    public void Dispose() => _folder.Dispose();
}
