using System.Text;
using HybridStore.Native.Posix;

namespace HybridStore.Cli.Prompt;

/// <summary>Reads inputs from the terminal on stdin, with the editor.</summary>
/// <param name="hasColor">Whether the prompt may be coloured.</param>
internal sealed class PromptTerminal(bool hasColor)
{
    private const string PasteOn = "\x1b[?2004h";
    private const string PasteOff = "\x1b[?2004l";
    private static readonly TimeSpan EscapeLimit = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan CancellationPeriod = TimeSpan.FromMilliseconds(200);

    private readonly EditorView _view = new();
    private readonly Queue<EditorKey> _keys = [];
    private readonly KeyDecoder _decoder = new();

    /// <summary>Reads one input that has something in it.</summary>
    /// <param name="newEditor">Makes an editor; asked again after an input that was given up or is blank.</param>
    /// <param name="prompt">What stands before it.</param>
    /// <param name="cancellationToken">Stops waiting for keys.</param>
    /// <returns>The text; null at the end.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal string? Read(Func<LineEditor> newEditor, string prompt, CancellationToken cancellationToken)
    {
        // Taken over until there is something to answer: between two takings, keys typed ahead would be the system's to interpret.
        using var terminal = RawTerminal.Open();
        Send(PasteOn);
        try
        {
            while (true)
            {
                var text = Edit(newEditor(), prompt, cancellationToken)?.Trim();
                if (text != "") return text;
            }
        }
        finally
        {
            Send(PasteOff);
        }
    }

    private string? Edit(LineEditor editor, string prompt, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Between two keys that are there already, nobody would see it.
            if (_keys.Count == 0) Send(_view.Draw(editor, prompt, Console.WindowWidth, Console.WindowHeight, hasColor));
            if (NextKey(cancellationToken) is not { } key) return null;
            var outcome = editor.Apply(key);
            if (outcome == EditorOutcome.Editing) continue;
            if (outcome == EditorOutcome.ScreenCleared)
            {
                Send(_view.Clear());
                continue;
            }

            Send(_view.Leave(editor, prompt, Console.WindowWidth, hasColor));
            return outcome switch
            {
                EditorOutcome.Submitted => editor.Text,
                EditorOutcome.Cancelled => "",
                _ => null,
            };
        }
    }

    private EditorKey? NextKey(CancellationToken cancellationToken)
    {
        Span<byte> bytes = stackalloc byte[1024];
        while (_keys.Count == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!RawTerminal.WaitForInput(_decoder.HasLoneEscape ? EscapeLimit : CancellationPeriod))
            {
                if (_decoder.HasLoneEscape) return _decoder.TakeLoneEscape();
                continue;
            }

            var count = RawTerminal.Read(bytes);
            if (count == 0) return null;
            foreach (var key in _decoder.Decode(bytes[..count])) _keys.Enqueue(key);
        }

        return _keys.Dequeue();
    }

    private static void Send(string text)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(Encoding.UTF8.GetBytes(text));
    }
}
