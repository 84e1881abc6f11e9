using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Lake.Foreign;

/// <summary>A copy of a store as delta-rs, polars, daft, Spark or Trino left it, with the rows that are true.</summary>
/// <remarks>
/// Golden/foreign-stores.tar.br holds each store in a folder of its own, with expect.json: who wrote it with which version, a question, its rows,
/// further questions with their counts, and whether a refusal is as good as the rows.
/// </remarks>
internal sealed class ForeignStore : IDisposable
{
    private static readonly Lazy<IReadOnlyDictionary<string, List<(string Path, byte[] Bytes)>>> All = new(Unpack);

    private readonly TemporaryFolder _folder = new();
    private readonly JsonElement _expected;

    internal ForeignStore(string name)
    {
        foreach (var (path, bytes) in All.Value[name])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(path))!);
            File.WriteAllBytes(_folder.File(path), bytes);
        }

        _expected = JsonDocument.Parse(File.ReadAllBytes(_folder.File("expect.json"))).RootElement.Clone();
    }

    internal static IReadOnlyList<string> Names => [.. All.Value.Where(store => store.Value.Exists(file => file.Path == "expect.json")).Select(store => store.Key).Order(StringComparer.Ordinal)];

    internal string Root => _folder.Path;

    internal string Dataset => _expected.GetProperty("dataset").GetString()!;

    internal string Query => _expected.GetProperty("query").GetString()!;

    internal IReadOnlyList<string> Rows => Normalize(_expected.GetProperty("rows").EnumerateArray().Select(row => row.GetRawText()));

    internal bool MayRefuse => _expected.TryGetProperty("may_refuse", out var may) && may.GetBoolean();

    internal IEnumerable<(string Sql, long Count)> Checks => _expected.TryGetProperty("checks", out var checks) && checks.ValueKind == JsonValueKind.Array
        ? checks.EnumerateArray().Select(check => (check.GetProperty("sql").GetString()!, check.GetProperty("n").GetInt64()))
        : [];

    internal LakeTable Table => new(new StorePaths(Root).Dataset(Dataset), TimeProvider.System);

    /// <summary>A file of the archive beside the stores, such as an input.</summary>
    internal string Input(string name)
    {
        var path = _folder.File(name);
        File.WriteAllBytes(path, All.Value["inputs"].Single(file => file.Path == name).Bytes);
        return path;
    }

    /// <summary>Adds the lake of a later state of the store: its files lie beside those that are there.</summary>
    internal void Become(string name)
    {
        foreach (var (path, bytes) in All.Value[name].Where(file => file.Path.StartsWith("lake/", StringComparison.Ordinal)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(path))!);
            File.WriteAllBytes(_folder.File(path), bytes);
        }
    }

    /// <summary>The rows of a question as JSON, sorted; numbers to nine places.</summary>
    internal IReadOnlyList<string> Ask(string query) => Ask(QuerySource.Of(Table.TryLoad()!), query);

    /// <summary>The same of any version.</summary>
    internal static IReadOnlyList<string> Ask(QuerySource source, string query)
    {
        using var engine = QueryEngine.Open([source]);
        using var reader = engine.Run($"select to_json(answer)::varchar from ({query}) as answer");
        var rows = new List<string>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Chunk.RowCount; row++) rows.Add(Encoding.UTF8.GetString(reader.Chunk.Column(0).Bytes(row)).Replace(":NaN", ":null", StringComparison.Ordinal)); // DuckDB writes it bare, which no JSON reader takes.
        }

        return Normalize(rows);
    }

    public void Dispose() => _folder.Dispose();

    private static IReadOnlyList<string> Normalize(IEnumerable<string> rows) => [.. rows.Select(row =>
    {
        var fields = JsonNode.Parse(row)!.AsObject().OrderBy(field => field.Key, StringComparer.Ordinal);
        return string.Join(", ", fields.Select(field => $"{field.Key}: {Text(field.Value)}"));
    }).Order(StringComparer.Ordinal)];

    private static string Text(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue number when number.GetValueKind() == JsonValueKind.Number => Math.Round(number.GetValue<double>(), 9).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static Dictionary<string, List<(string Path, byte[] Bytes)>> Unpack()
    {
        using var packed = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Lake", "Golden", "foreign-stores.tar.br"));
        using var tar = new TarReader(new BrotliStream(packed, CompressionMode.Decompress));
        var stores = new Dictionary<string, List<(string Path, byte[] Bytes)>>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
            var parts = entry.Name.TrimStart('.', '/').Split('/', 2);
            if (!stores.TryGetValue(parts[0], out var files)) stores[parts[0]] = files = [];
            using var bytes = new MemoryStream();
            entry.DataStream?.CopyTo(bytes);
            files.Add((parts[1], bytes.ToArray()));
        }

        return stores;
    }
}
