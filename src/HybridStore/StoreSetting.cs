using System.Globalization;

namespace HybridStore;

/// <summary>A setting of a store: its name in <c>hybrid.json</c>, and what it can be.</summary>
public sealed class StoreSetting
{
    private readonly Func<StoreSettings, string, StoreSettings?> _with;

    private StoreSetting(string name, string summary, string expected, Func<StoreSettings, string?> read, Func<StoreSettings, string, StoreSettings?> with)
    {
        Name = name;
        Summary = summary;
        Expected = expected;
        Read = read;
        _with = with;
    }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<StoreSetting> All { get; } =
    [
        new(
            "window_days", "days that sync keeps in Postgres", "a number of days from 1 to 36500",
            settings => settings.WindowDays.ToString(CultureInfo.InvariantCulture),
            (settings, text) => Number(text, 36_500) is { } days ? settings with { WindowDays = days } : null),
        new(
            "memory", "memory for one command", "a size such as 2GB",
            settings => settings.Memory,
            (settings, text) => ByteSize.TryParse(text, out _) ? settings with { Memory = text } : null) { IsText = true },
        new(
            "jobs", "threads for one command", "a number from 1 to 1024",
            settings => settings.Jobs?.ToString(CultureInfo.InvariantCulture),
            (settings, text) => Number(text, 1024) is { } jobs ? settings with { Jobs = jobs } : null),
        new(
            "hot_bytes_max", "what loads on demand may fill Postgres with", "a size such as 50GB",
            settings => settings.HotBytesMax,
            (settings, text) => ByteSize.TryParse(text, out _) ? settings with { HotBytesMax = text } : null) { IsText = true },
    ];

    /// <summary>Such as <c>window_days</c>.</summary>
    public string Name { get; }

    /// <summary>What it decides.</summary>
    public string Summary { get; }

    /// <summary>What a value must be.</summary>
    public string Expected { get; }

    /// <summary>Whether the value stands in quotes in the file.</summary>
    public bool IsText { get; private init; }

    /// <summary>The value as text; null where none is set.</summary>
    public Func<StoreSettings, string?> Read { get; }

    /// <summary>The environment variable that wins over the file, such as <c>HYBRID_WINDOW_DAYS</c>.</summary>
    public string Variable => "HYBRID_" + Name.ToUpperInvariant();

    /// <summary>The setting of a name.</summary>
    /// <param name="name">In any case.</param>
    /// <exception cref="StoreException">Usage: there is none.</exception>
    public static StoreSetting Find(string name) => All.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new StoreException(StoreErrorKind.Usage, $"There is no setting '{name}'. {Suggestion.For(name, [.. All.Select(setting => setting.Name)])}");

    /// <summary>Settings with another value of this one.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="text">The value.</param>
    /// <returns>Null when it cannot be that.</returns>
    public StoreSettings? TryWith(StoreSettings settings, string text) => _with(settings, text);

    private static int? Number(string text, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max ? number : null;
}
