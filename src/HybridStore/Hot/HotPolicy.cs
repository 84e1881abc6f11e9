namespace HybridStore.Hot;

/// <summary>What the settings of a store want of one dataset in Postgres.</summary>
/// <param name="Window">What a sync keeps hot.</param>
/// <param name="Index">The index of days that are loaded.</param>
/// <param name="BytesMax">How large the hot tables may become by loads on demand; null for no limit.</param>
/// <param name="Summaries">Summary tables.</param>
public sealed record HotPolicy(HotWindow Window, HotIndex Index, long? BytesMax, IReadOnlyList<HotSummary> Summaries)
{
    /// <summary>Reads the policy.</summary>
    /// <param name="settings">As <see cref="StoreSettings.Read"/> checked them.</param>
    /// <param name="dataset">The dataset's name.</param>
    public static HotPolicy Of(StoreSettings settings, string dataset)
    {
        var own = settings.Datasets?.GetValueOrDefault(dataset) ?? new DatasetSettings();
        return new HotPolicy(
            own.Window is not null && HotWindow.TryParse(own.Window, out var window) ? window : settings.WindowDays,
            own.Index is not null && HotIndex.TryParse(own.Index, out var index, out _) ? index : HotIndex.Btree,
            settings.HotBytesMax is not null && ByteSize.TryParse(settings.HotBytesMax, out var bytesMax) ? bytesMax : null,
            [.. (own.Summaries ?? new Dictionary<string, string>()).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new HotSummary(one.Key, one.Value))]);
    }
}
