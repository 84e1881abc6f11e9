namespace HybridStore.Cli.Output;

/// <summary>A setting, as <c>hybrid config show</c> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Null where it is left to the machine.</param>
/// <param name="Source">The variable, <c>hybrid.json</c>, or <c>default</c>.</param>
/// <param name="Summary">What it decides.</param>
internal sealed record SettingValue(string Name, string? Value, string Source, string Summary);
