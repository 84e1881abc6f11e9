namespace HybridStore.Tests.Support;

/// <summary>A program in a real terminal: tmux gives it a pseudo-terminal, takes keys, and tells what is on the screen.</summary>
internal sealed class TerminalSession : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _name = $"hybrid-test-{Guid.NewGuid():N}";

    /// <param name="command">For a shell; its exit code appears as <c>EXIT n</c> when it ends.</param>
    /// <param name="environment">Variables to set.</param>
    /// <param name="columns">Cells of a line.</param>
    /// <param name="rows">Lines.</param>
    internal TerminalSession(string command, IReadOnlyDictionary<string, string> environment, int columns = 100, int rows = 30)
    {
        var variables = string.Concat(environment.Select(pair => $"{pair.Key}={Quote(pair.Value)} "));
        Tmux("-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", $"env -u PAGER -u HYBRID_PAGER {variables}{command}; echo EXIT $?; exec sleep 600");
    }

    /// <summary>What is on the screen now.</summary>
    internal string Screen => Tmux("capture-pane", "-p").TrimEnd();

    /// <summary>Types text as it is.</summary>
    internal void Type(string text) => Tmux("send-keys", "-l", "--", text.EndsWith(';') ? text[..^1] + "\\;" : text);

    /// <summary>Presses keys by tmux's names, such as Enter, Tab, C-c.</summary>
    internal void Press(params string[] keys) => Tmux(["send-keys", .. keys]);

    /// <summary>Pastes, as a terminal does for a program that asked to be told.</summary>
    internal void Paste(string text)
    {
        Tmux("set-buffer", "--", text);
        Tmux("paste-buffer", "-p", "-r");
    }

    /// <summary>Types a line and ends it.</summary>
    internal void Enter(string line)
    {
        Type(line);
        Press("Enter");
    }

    /// <summary>Waits until a text is on the screen.</summary>
    internal string WaitFor(string text)
    {
        var screen = "";
        return SpinWait.SpinUntil(() => (screen = Screen).Contains(text, StringComparison.Ordinal), Patience)
            ? screen
            : throw new TimeoutException($"'{text}' did not appear. The screen:\n{screen}");
    }

    /// <summary>Presses a key again and again until a text is on the screen: for a key that means something else to the terminal until the program is ready.</summary>
    internal void PressUntil(string key, string text)
    {
        var screen = "";
        var found = SpinWait.SpinUntil(
            () =>
            {
                Press(key);
                return SpinWait.SpinUntil(() => (screen = Screen).Contains(text, StringComparison.Ordinal), TimeSpan.FromSeconds(1));
            },
            Patience);
        if (!found) throw new TimeoutException($"'{text}' did not appear. The screen:\n{screen}");
    }

    /// <summary>Sends SIGINT to the program alone, whatever its terminal does with Ctrl-C.</summary>
    internal void Interrupt()
    {
        var shell = Tmux("display-message", "-p", "#{pane_pid}").Trim();
        var run = ShellProgram.Run("sh", ["-c", $"kill -INT $(cat /proc/{shell}/task/{shell}/children)"]);
        if (run.ExitCode != 0) throw new InvalidOperationException(run.Error);
    }

    public void Dispose() => Tmux("kill-server");

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private string Tmux(params string[] arguments)
    {
        var run = ShellProgram.Run("tmux", ["-u", "-L", _name, .. arguments]);
        return run.ExitCode == 0 ? run.Out : throw new InvalidOperationException($"tmux {string.Join(' ', arguments)}: {run.Error}");
    }
}
