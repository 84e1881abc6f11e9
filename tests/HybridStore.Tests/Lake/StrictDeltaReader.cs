using System.Globalization;
using System.Text.Json;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>Checks a log against the text of the Delta protocol alone: it shares no code with the lake.</summary>
internal static class StrictDeltaReader
{
    private static readonly string[] Types = ["boolean", "long", "integer", "double", "date", "timestamp", "timestamp_ntz", "string"];

    /// <summary>Asserts every rule on every version and checkpoint, and that the live files are there.</summary>
    internal static void Check(string folder)
    {
        var log = Path.Combine(folder, "_delta_log");
        var names = Directory.GetFiles(log, "*.json").Select(path => Path.GetFileName(path)).Where(name => name.Length == 25).Order(StringComparer.Ordinal).ToList();
        var first = int.Parse(names[0][..20], CultureInfo.InvariantCulture);
        var live = new Dictionary<string, long>(StringComparer.Ordinal);
        var applications = new Dictionary<string, long>(StringComparer.Ordinal);
        string[] partitionColumns = [];
        var last = StrictCheckpointReader.CheckLast(log);
        if (first > 0) partitionColumns = StrictCheckpointReader.Read(Path.Combine(log, $"{last:D20}.checkpoint.parquet"), live, applications);
        for (var version = first; version < first + names.Count; version++)
        {
            Assert.Equal(version.ToString("D20", CultureInfo.InvariantCulture) + ".json", names[version - first]);
            if (first > 0 && version <= last) continue; // The checkpoint holds it.
            var text = File.ReadAllText(Path.Combine(log, names[version - first]));
            Assert.EndsWith("\n", text, StringComparison.Ordinal);
            var kinds = new List<string>();
            foreach (var line in text.TrimEnd('\n').Split('\n'))
            {
                using var document = JsonDocument.Parse(line);
                var action = Assert.Single(document.RootElement.EnumerateObject());
                kinds.Add(action.Name);
                switch (action.Name)
                {
                    case "commitInfo":
                        Assert.True(action.Value.GetProperty("timestamp").GetInt64() > 0);
                        break;
                    case "protocol":
                        CheckProtocol(action.Value);
                        break;
                    case "metaData":
                        partitionColumns = CheckMetadata(action.Value);
                        break;
                    case "txn":
                        applications[action.Value.GetProperty("appId").GetString()!] = action.Value.GetProperty("version").GetInt64();
                        break;
                    case "add":
                        var (path, sizeBytes) = CheckAdd(action.Value, partitionColumns);
                        Assert.True(live.TryAdd(path, sizeBytes), $"{path} is added twice");
                        break;
                    case "remove":
                        action.Value.GetProperty("dataChange").GetBoolean();
                        Assert.True(action.Value.GetProperty("deletionTimestamp").GetInt64() > 0);
                        Assert.True(live.Remove(Unescape(action.Value)), "a file is removed that is not live");
                        break;
                    default:
                        Assert.Fail($"There is no action {action.Name}.");
                        break;
                }
            }

            if (version == last) StrictCheckpointReader.CheckSame(Path.Combine(log, $"{last:D20}.checkpoint.parquet"), live, applications);
            Assert.Equal(version == 0 ? 1 : 0, version == 0 ? kinds.Count(kind => kind == "protocol") : 0);
            Assert.True(kinds.Count(kind => kind == "metaData") <= 1 && (version > 0 || kinds.Contains("metaData")));
        }

        foreach (var (path, sizeBytes) in live) Assert.Equal(sizeBytes, new FileInfo(Path.Combine(folder, path)).Length);
    }

    internal static void CheckProtocol(JsonElement protocol)
    {
        var reader = protocol.GetProperty("minReaderVersion").GetInt32();
        var writer = protocol.GetProperty("minWriterVersion").GetInt32();
        if (reader == 1)
        {
            Assert.Equal(2, writer);
            Assert.False(protocol.TryGetProperty("readerFeatures", out _) || protocol.TryGetProperty("writerFeatures", out _));
            return;
        }

        Assert.Equal((3, 7), (reader, writer));
        var readerFeatures = protocol.GetProperty("readerFeatures").EnumerateArray().Select(feature => feature.GetString()!).ToList();
        var writerFeatures = protocol.GetProperty("writerFeatures").EnumerateArray().Select(feature => feature.GetString()!).ToList();
        Assert.Equal(["timestampNtz"], readerFeatures);
        Assert.Subset(writerFeatures.ToHashSet(), readerFeatures.ToHashSet());
    }

    internal static string[] CheckMetadata(JsonElement metadata)
    {
        Assert.True(Guid.TryParse(metadata.GetProperty("id").GetString(), out _));
        Assert.Equal("parquet", metadata.GetProperty("format").GetProperty("provider").GetString());
        Assert.Empty(metadata.GetProperty("format").GetProperty("options").EnumerateObject());
        Assert.All(metadata.GetProperty("configuration").EnumerateObject(), entry => Assert.Equal(JsonValueKind.String, entry.Value.ValueKind));
        using var schema = JsonDocument.Parse(metadata.GetProperty("schemaString").GetString()!);
        Assert.Equal("struct", schema.RootElement.GetProperty("type").GetString());
        var fields = schema.RootElement.GetProperty("fields").EnumerateArray().ToList();
        var names = fields.Select(field => field.GetProperty("name").GetString()!).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (var field in fields) CheckField(field);
        string[] partitionColumns = [.. metadata.GetProperty("partitionColumns").EnumerateArray().Select(column => column.GetString()!)];
        Assert.Subset(names.ToHashSet(), partitionColumns.ToHashSet());
        return partitionColumns;
    }

    private static void CheckField(JsonElement field)
    {
        CheckType(field.GetProperty("type"));
        field.GetProperty("nullable").GetBoolean();
        Assert.Equal(JsonValueKind.Object, field.GetProperty("metadata").ValueKind);
    }

    private static void CheckType(JsonElement type)
    {
        if (type.ValueKind == JsonValueKind.String)
        {
            var name = type.GetString()!;
            Assert.True(Types.Contains(name) || name.StartsWith("decimal(", StringComparison.Ordinal), name);
        }
        else if (type.GetProperty("type").GetString() == "array")
        {
            type.GetProperty("containsNull").GetBoolean();
            CheckType(type.GetProperty("elementType"));
        }
        else
        {
            Assert.Equal("struct", type.GetProperty("type").GetString());
            Assert.All(type.GetProperty("fields").EnumerateArray().ToList(), CheckField);
        }
    }

    internal static (string Path, long SizeBytes) CheckAdd(JsonElement add, string[] partitionColumns)
    {
        var values = add.GetProperty("partitionValues").EnumerateObject().ToList();
        Assert.Equal(partitionColumns, values.Select(value => value.Name));
        Assert.All(values, value => Assert.True(value.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null));
        Assert.True(add.GetProperty("modificationTime").GetInt64() > 0);
        add.GetProperty("dataChange").GetBoolean();
        using var statistics = JsonDocument.Parse(add.GetProperty("stats").GetString()!);
        Assert.True(statistics.RootElement.GetProperty("numRecords").GetInt64() > 0);
        foreach (var section in new[] { "minValues", "maxValues", "nullCount" })
        {
            Assert.DoesNotContain(statistics.RootElement.GetProperty(section).EnumerateObject(), entry => partitionColumns.Contains(entry.Name));
        }

        Assert.All(add.GetProperty("tags").EnumerateObject(), tag => Assert.Equal(JsonValueKind.String, tag.Value.ValueKind));
        return (Unescape(add), add.GetProperty("size").GetInt64());
    }

    private static string Unescape(JsonElement action)
    {
        var path = action.GetProperty("path").GetString()!;
        Assert.True(Uri.IsWellFormedUriString(path, UriKind.Relative), path);
        return Uri.UnescapeDataString(path);
    }
}
