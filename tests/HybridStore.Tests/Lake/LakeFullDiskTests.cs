using System.Diagnostics;
using System.Globalization;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>A disk that is really full, and one that is really read-only: a small tmpfs, which only root may mount.</summary>
public sealed class LakeFullDiskTests
{
    private const int PageBytes = 4096;
    private const int PagesOfStep = 3;
    private const int StepsMax = 60;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ingest")]
    [InlineData("merge")]
    [InlineData("compact")]
    [InlineData("repartition")]
    [InlineData("undo")]
    [InlineData("vacuum")]
    [InlineData("checkpoint")]
    [InlineData("clean log")]
    public void Any_work_on_a_disk_that_fills_up_is_before_or_after_and_repeats_to_after(string work)
    {
        using var origin = LakeWork.Prepare(work);
        var before = LakeWork.Rows(origin);
        var version = origin.Table.TryLoad()!.Version;
        var (_, after) = LakeWork.Measure(origin, work);
        var failures = 0;
        for (var step = 0; ; step++)
        {
            Assert.True(step < StepsMax);
            using var disk = new SmallDisk(64 << 20);
            using var lake = LakeWork.Copy(origin, disk.Folder);
            disk.Resize(disk.UsedBytes + step * PagesOfStep * PageBytes);
            var error = Record.Exception(() => LakeWork.Do(lake, lake.Table, work));
            disk.Resize(64 << 20);
            LakeWork.CheckBeforeOrAfter(lake, work, version, before, after);
            if (error is null) break;
            failures++;
        }

        Assert.True(work == "vacuum" || failures > 0);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work}: the disk was full {failures} times, each time at another place"));
    }

    [Fact]
    public void A_read_only_disk_is_read_and_verified_and_refuses_work_without_harm()
    {
        using var origin = LakeWork.Prepare("ingest");
        var before = LakeWork.Rows(origin);
        var (_, after) = LakeWork.Measure(origin, "ingest");
        using var disk = new SmallDisk(64 << 20);
        using var lake = LakeWork.Copy(origin, disk.Folder);
        disk.SetReadOnly(true);
        Assert.Equal(before, LakeWork.Rows(lake));
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        Assert.True(Record.Exception(() => LakeWork.Do(lake, lake.Table, "ingest")) is IOException or UnauthorizedAccessException);
        disk.SetReadOnly(false);
        LakeWork.CheckBeforeOrAfter(lake, "ingest", 2, before, after);
    }

    /// <summary>A tmpfs in a folder of its own; the test is skipped where it cannot be mounted.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        internal SmallDisk(long sizeBytes)
        {
            Folder = Directory.CreateDirectory(_folder.File("disk")).FullName;
            if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={sizeBytes}", "tmpfs", Folder)) return;
            _folder.Dispose();
            Assert.Skip("Only root may mount a small disk.");
        }

        internal string Folder { get; }

        internal long UsedBytes
        {
            get
            {
                var drive = new DriveInfo(Folder);
                return drive.TotalSize - drive.TotalFreeSpace;
            }
        }

        internal void Resize(long sizeBytes) => Assert.True(Run("mount", "-o", $"remount,size={Math.Max(sizeBytes, PageBytes)}", Folder));

        internal void SetReadOnly(bool isReadOnly) => Assert.True(Run("mount", "-o", isReadOnly ? "remount,ro" : "remount,rw", Folder));

        public void Dispose()
        {
            // Detached at once, whoever still holds it: a child process that another test starts has its parent's open files until it becomes its program.
            Run("umount", "-l", Folder);
            _folder.Dispose();
        }

        private static bool Run(string program, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
                process.StandardError.ReadToEnd();
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false; // There is no such program.
            }
        }
    }
}
