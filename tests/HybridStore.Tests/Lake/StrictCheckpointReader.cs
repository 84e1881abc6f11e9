using System.Globalization;
using System.Text;
using System.Text.Json;
using HybridStore.Native.DuckDb;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>Checks checkpoints against the text of the Delta protocol alone: it shares no code with the lake.</summary>
internal static class StrictCheckpointReader
{
    /// <summary>Checks <c>_last_checkpoint</c> and that the checkpoint is there.</summary>
    /// <returns>The version; -1 when there is none.</returns>
    internal static int CheckLast(string log)
    {
        var path = Path.Combine(log, "_last_checkpoint");
        if (!File.Exists(path))
        {
            Assert.Empty(Directory.GetFiles(log, "*.checkpoint.parquet"));
            return -1;
        }

        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var version = json.RootElement.GetProperty("version").GetInt32();
        var checkpoint = Path.Combine(log, version.ToString("D20", CultureInfo.InvariantCulture) + ".checkpoint.parquet");
        Assert.Equal(new FileInfo(checkpoint).Length, json.RootElement.GetProperty("sizeInBytes").GetInt64());
        Assert.Equal(Rows(checkpoint).Count, json.RootElement.GetProperty("size").GetInt64());
        Assert.Matches("^[0-9a-f]{32}$", json.RootElement.GetProperty("checksum").GetString());
        return version;
    }

    /// <summary>Reads a checkpoint as the state that it stands for.</summary>
    /// <returns>The partition columns.</returns>
    internal static string[] Read(string path, Dictionary<string, long> live, Dictionary<string, long> applications)
    {
        string[]? partitionColumns = null;
        var protocols = 0;
        var rows = Rows(path);
        foreach (var row in rows.Where(row => row.Kind == "metaData"))
        {
            Assert.Null(partitionColumns);
            partitionColumns = StrictDeltaReader.CheckMetadata(row.Value);
        }

        foreach (var (kind, value) in rows)
        {
            switch (kind)
            {
                case "protocol":
                    protocols++;
                    break;
                case "txn":
                    Assert.True(applications.TryAdd(value.GetProperty("appId").GetString()!, value.GetProperty("version").GetInt64()));
                    break;
                case "add":
                    var (file, sizeBytes) = StrictDeltaReader.CheckAdd(value, partitionColumns!);
                    Assert.False(value.GetProperty("dataChange").GetBoolean());
                    Assert.True(live.TryAdd(file, sizeBytes));
                    break;
                case "remove":
                    Assert.True(value.GetProperty("deletionTimestamp").GetInt64() > 0);
                    break;
                case "metaData":
                    break;
                default:
                    Assert.Fail($"A checkpoint may not have {kind}.");
                    break;
            }
        }

        Assert.Equal(1, protocols);
        return partitionColumns!;
    }

    /// <summary>Insists that a checkpoint says what the commits up to its version say.</summary>
    internal static void CheckSame(string path, Dictionary<string, long> live, Dictionary<string, long> applications)
    {
        var (files, found) = (new Dictionary<string, long>(StringComparer.Ordinal), new Dictionary<string, long>(StringComparer.Ordinal));
        Read(path, files, found);
        Assert.Equal(live.OrderBy(pair => pair.Key, StringComparer.Ordinal), files.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(applications.OrderBy(pair => pair.Key, StringComparer.Ordinal), found.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    /// <summary>Each row: the one action that is not null.</summary>
    private static List<(string Kind, JsonElement Value)> Rows(string path)
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        using var result = connection.Query($"SELECT to_json(c)::VARCHAR FROM read_parquet({LakeFixture.Quote(path)}) AS c");
        var rows = new List<(string, JsonElement)>();
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++)
            {
                using var json = JsonDocument.Parse(Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(row)));
                var action = Assert.Single(json.RootElement.EnumerateObject(), member => member.Value.ValueKind != JsonValueKind.Null);
                rows.Add((action.Name, action.Value.Clone()));
            }
        }

        return rows;
    }
}
