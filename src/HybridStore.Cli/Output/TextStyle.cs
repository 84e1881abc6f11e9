namespace HybridStore.Cli.Output;

/// <summary>Colours for a terminal that wants them, and none otherwise.</summary>
/// <param name="isOn">Whether it does.</param>
/// <remarks>Source of the sequences: ECMA-48, SGR; only the 16 colours, which every terminal's theme keeps readable.</remarks>
internal sealed class TextStyle(bool isOn)
{
    internal string Good(string text) => Wrap("32", text);

    internal string Caution(string text) => Wrap("33", text);

    internal string Bad(string text) => Wrap("31", text);

    internal string Strong(string text) => Wrap("1", text);

    internal string Faint(string text) => Wrap("2", text);

    internal string Accent(string text) => Wrap("36", text);

    private string Wrap(string code, string text) => isOn && text.Length > 0 ? $"\x1b[{code}m{text}\x1b[0m" : text;
}
