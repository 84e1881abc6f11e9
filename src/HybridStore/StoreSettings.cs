using System.Text;
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
    /// <remarks>Set, not init: a default of the latter is lost where the file does not have the name, in code that the serializer generates.</remarks>
    [JsonInclude]
    public int Version { get; internal set; } = CurrentVersion;

    /// <summary>Days that <c>sync</c> keeps hot, counted back from the newest date.</summary>
    [JsonInclude]
    public int WindowDays { get; internal set; } = 30;

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
            var text = File.ReadAllBytes(path);
            if (ReadPlain(text) is { } plain) return plain;
            using var stream = new MemoryStream(text);
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

        foreach (var setting in StoreSetting.All)
        {
            if (setting.Read(settings) is { } value && setting.TryWith(settings, value) is null) throw Invalid(path, setting.Name, setting.Expected, setting.IsText ? $"\"{value}\"" : value);
        }

        foreach (var (name, dataset) in settings.Datasets ?? new Dictionary<string, DatasetSettings>()) Check(path, name, dataset);
        return settings;
    }

    /// <summary>Reads a file that holds nothing but valid settings of the list: the serializer would take a fifth of a command's start.</summary>
    /// <returns>Null for any other file, whose errors the serializer tells.</returns>
    private static StoreSettings? ReadPlain(byte[] text)
    {
        if (text.AsSpan().StartsWith(Encoding.UTF8.Preamble)) return null;
        using var json = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
        StoreSettings? settings = new();
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (property.NameEquals("version") && property.Value.ValueKind == JsonValueKind.Number && property.Value.GetRawText() == "1") continue;
            var setting = StoreSetting.All.FirstOrDefault(one => property.NameEquals(one.Name));
            if (setting is null || property.Value.ValueKind != (setting.IsText ? JsonValueKind.String : JsonValueKind.Number)) return null;
            settings = setting.TryWith(settings, property.Value.ToString());
            if (settings is null) return null;
        }

        return settings;
    }

    /// <summary>The settings with those that the environment gives in the place of the file's.</summary>
    /// <param name="environment">An environment variable's value, or null.</param>
    /// <exception cref="StoreException">Usage: a variable has a value that its setting cannot have.</exception>
    public StoreSettings OverriddenBy(Func<string, string?> environment)
    {
        var settings = this;
        foreach (var setting in StoreSetting.All)
        {
            if (environment(setting.Variable) is not { Length: > 0 } value) continue;
            settings = setting.TryWith(settings, value)
                ?? throw new StoreException(StoreErrorKind.Usage, $"{setting.Variable}: expected {setting.Expected}, found '{value}'. Correct the variable, or unset it.");
        }

        return settings;
    }

    /// <summary>Writes the file of a new store, unless there is one.</summary>
    /// <param name="path">The file.</param>
    internal static void WriteDefaults(string path)
    {
        if (File.Exists(path)) return;
        SettingsFile.Write(path, Encoding.UTF8.GetBytes(SettingsSeal.Apply("""
            // Settings of this hybrid store. Flags and HYBRID_* variables win over what stands here; secrets do not belong here.
            {
              "version": 1,
              // Days that `hybrid sync` keeps in Postgres, counted back from the newest date in the lake.
              "window_days": 30
              // "memory": "2GB",   memory for one command; default: a share of the machine's
              // "jobs": 2          threads for one command; default: one a core
              // "hot_bytes_max": "50GB",   what loads on demand may fill Postgres with; default: no limit
              // Of single datasets: the window (20td are the last 20 days with rows), the index of a day (btree, btree+time, brin, none,
              // or statements), and summary tables, kept by day.
              // "datasets": { "quotes": { "window": "20td", "index": "brin",
              //   "summaries": { "quotes_daily": "select symbol, date, count(*) as quotes from quotes group by symbol, date" } } }
            }

            """)), isNew: true);
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
