using System.Text.Json;
using System.Text.Json.Serialization;
using HybridStore.Hot;
using HybridStore.Schema;

namespace HybridStore;

/// <summary>What <c>hybrid.json</c> says: the settings of a store that a person edits. Secrets never stand here.</summary>
public sealed record StoreSettings
{
    /// <summary>The only version of the file that this program knows.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Where an editor finds the file's JSON schema, if anywhere.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The file's version.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Days that <c>sync</c> keeps hot, counted back from the newest date.</summary>
    public int WindowDays { get; init; } = 30;

    /// <summary>Memory for one command's DuckDB and row buffers, such as <c>2GB</c>; null leaves it to the machine's size.</summary>
    public string? Memory { get; init; }

    /// <summary>Threads for one command; null means one a core.</summary>
    public int? Jobs { get; init; }

    /// <summary>How large the hot tables may become by loads on demand, such as <c>50GB</c>; null for no limit. The window itself is not limited by it.</summary>
    public string? HotBytesMax { get; init; }

    /// <summary>What single datasets have of their own, by name.</summary>
    public IReadOnlyDictionary<string, DatasetSettings>? Datasets { get; init; }

    /// <summary>Reads the settings of a store.</summary>
    /// <param name="path">The file; when there is none, the defaults count.</param>
    /// <exception cref="StoreException">CorruptStore: the file is no JSON, has an unknown name or a value out of range, or is of a later version.</exception>
    public static StoreSettings Read(string path)
    {
        if (!File.Exists(path)) return new StoreSettings();
        StoreSettings settings;
        try
        {
            using var stream = File.OpenRead(path);
            settings = JsonSerializer.Deserialize(stream, StoreSettingsJson.Default.StoreSettings) ?? new StoreSettings();
        }
        catch (JsonException exception)
        {
            throw new StoreException(
                StoreErrorKind.CorruptStore,
                $"{path}:{(exception.LineNumber ?? 0) + 1}: {exception.Message.Split(" Path:")[0]} Correct the file, or delete it to go back to the defaults.",
                exception);
        }

        if (settings.Version != CurrentVersion)
        {
            throw Invalid(path, "version", $"{CurrentVersion}", $"{settings.Version}");
        }

        if (settings.WindowDays is < 1 or > 36_500) throw Invalid(path, "window_days", "1 to 36500", $"{settings.WindowDays}");
        if (settings.Jobs is < 1 or > 1024) throw Invalid(path, "jobs", "1 to 1024", $"{settings.Jobs}");
        if (settings.Memory is { } memory && !ByteSize.TryParse(memory, out _)) throw Invalid(path, "memory", "a size such as \"2GB\"", $"\"{memory}\"");
        if (settings.HotBytesMax is { } bytesMax && !ByteSize.TryParse(bytesMax, out _)) throw Invalid(path, "hot_bytes_max", "a size such as \"50GB\"", $"\"{bytesMax}\"");
        foreach (var (name, dataset) in settings.Datasets ?? new Dictionary<string, DatasetSettings>()) Check(path, name, dataset);
        return settings;
    }

    /// <summary>Writes the file of a new store, unless there is one.</summary>
    /// <param name="path">The file.</param>
    internal static void WriteDefaults(string path)
    {
        if (File.Exists(path)) return;
        File.WriteAllText(path, SettingsSeal.Apply("""
            // Settings of this hybrid store. Flags and HYBRID_* variables win over what stands here; secrets do not belong here.
            {
              "version": 1,
              // Days that `hybrid sync` keeps in Postgres, counted back from the newest date in the lake.
              "window_days": 30
              // "memory": "2GB",   memory for one command; default: a share of the machine's
              // "jobs": 2          threads for one command; default: one a core
              // "hot_bytes_max": "50GB",   what loads on demand may fill Postgres with; default: no limit
              // Of single datasets: the window (20td are the last 20 days with rows), the index of a day (btree, brin, none, or statements), and
              // summary tables, kept by day.
              // "datasets": { "quotes": { "window": "20td", "index": "brin",
              //   "summaries": { "quotes_daily": "select symbol, date, count(*) as quotes from quotes group by symbol, date" } } }
            }

            """));
    }

    private static void Check(string path, string name, DatasetSettings? dataset)
    {
        var at = $"datasets.{name}";
        if (!DatasetName.IsValid(name)) throw Invalid(path, at, "the name of a dataset", $"'{name}'");
        if (dataset is null) throw Invalid(path, at, "an object", "null");
        if (dataset.Window is { } window && !HotWindow.TryParse(window, out _)) throw Invalid(path, at + ".window", HotWindow.Expected, $"\"{window}\"");
        if (dataset.Index is { } index && !HotIndex.TryParse(index, out _, out var problem)) throw Invalid(path, at + ".index", problem, $"\"{index}\"");
        foreach (var (summary, sql) in dataset.Summaries ?? new Dictionary<string, string>())
        {
            if (!DatasetName.IsValid(summary) || summary == name) throw Invalid(path, $"{at}.summaries", "names of tables (letters, digits, underscores) other than the dataset's", $"'{summary}'");
            if (string.IsNullOrWhiteSpace(sql)) throw Invalid(path, $"{at}.summaries.{summary}", "a SELECT", "nothing");
        }
    }

    private static StoreException Invalid(string path, string name, string expected, string found) =>
        new(StoreErrorKind.CorruptStore, $"{path}: {name}: expected {expected}, found {found}. Correct the file, or delete it to go back to the defaults.");
}

/// <summary>How the settings stand in JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(StoreSettings))]
internal sealed partial class StoreSettingsJson : JsonSerializerContext;
