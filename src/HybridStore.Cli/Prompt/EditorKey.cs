namespace HybridStore.Cli.Prompt;

/// <summary>A key press, or a paste.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Text">What it types.</param>
internal readonly record struct EditorKey(EditorKeyKind Kind, string Text = "");
