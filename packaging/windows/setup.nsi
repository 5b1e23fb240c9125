; The installer, per machine, in Chinese. installers/windows.py gives VERSION, BUILT, BUNDLE, OUT, ICON, PICTURE, KILOBYTES, COMPRESSOR.
; Exit status of a silent run: 0 done, 3 Windows too old, 4 the program is running, 5 a newer version is installed.
; Data lies in %PROGRAMDATA%\yipaiyice, for all accounts of this PC (desktop/core/paths.py); an office that was made in
; %LOCALAPPDATA%\yipaiyice stays there. An update touches neither, a removal only when asked, a silent one never.
Target amd64-unicode
Unicode true
SetCompressor /SOLID ${COMPRESSOR}
!if "${COMPRESSOR}" == "lzma"
  SetCompressorDictSize 32
!endif
ManifestDPIAware true
ManifestSupportedOS all
RequestExecutionLevel admin

!define TITLE "一牌一册"
!define NAME "yipaiyice"
!define EXE "${NAME}.exe"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define CLASSES "Software\Classes"
!define KIND "${NAME}.bundle"
!define DATA "$APPDATA\${NAME}" ; of all users: every function and section sets that context
!define OLDEST 17763 ; Windows 10 1809

Name "${TITLE}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\${NAME}"
BrandingText "${TITLE} ${VERSION}（${BUILT}）"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=2052 "ProductName" "${TITLE}"
VIAddVersionKey /LANG=2052 "FileDescription" "${TITLE} 安装程序"
VIAddVersionKey /LANG=2052 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "LegalCopyright" "${TITLE}"

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_ABORTWARNING
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_WELCOMEPAGE_TITLE "安装${TITLE} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "程序将安装在这台电脑上，所有使用者都能打开。$\r$\n$\r$\n如果已装有较早的版本，将更新为 ${VERSION}，已录入的数据不受影响。$\r$\n$\r$\n请先关闭正在运行的${TITLE}，再单击“下一步”。"
!define MUI_FINISHPAGE_TITLE "${TITLE} ${VERSION} 已装好"
!define MUI_FINISHPAGE_TEXT "桌面和开始菜单里已有“${TITLE}”。$\r$\n$\r$\n双击U盘上的数据包（.hhb 文件）也会打开它。"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "现在打开${TITLE}"
!define MUI_FINISHPAGE_RUN_FUNCTION OpenProgram
!define MUI_UNCONFIRMPAGE_TEXT_TOP "将从这台电脑上移除${TITLE}。已录入的数据会保留，除非在下一步里另外勾选。"
!define MUI_UNTEXT_COMPONENTS_SUBTITLE "请选择要移除的内容。数据删除后不能恢复。"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE un.AskAboutData
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

; Says the sentence (in silent mode nobody is there to read it) and ends with that status.
!macro REFUSE STATUS SENTENCE
  MessageBox MB_OK|MB_ICONINFORMATION "${SENTENCE}" /SD IDOK
  SetErrorLevel ${STATUS}
  Quit
!macroend

; Windows' own command deletes a link and not what it leads to.
!macro ERASE FOLDER
  nsExec::Exec '"$SYSDIR\cmd.exe" /c rmdir /s /q "${FOLDER}"'
  Pop $0
!macroend

; A running program holds its own file.
!macro WAIT_FOR_CLOSED UN
Function ${UN}WaitForClosed
  again:
  ${IfNot} ${FileExists} "$INSTDIR\${EXE}"
    Return
  ${EndIf}
  ClearErrors
  FileOpen $0 "$INSTDIR\${EXE}" a
  ${IfNot} ${Errors}
    FileClose $0
    Return
  ${EndIf}
  MessageBox MB_RETRYCANCEL|MB_ICONINFORMATION "${TITLE}正在运行。请保存并关闭它，再单击“重试”。" /SD IDCANCEL IDRETRY again
  SetErrorLevel 4
  Quit
FunctionEnd
!macroend
!insertmacro WAIT_FOR_CLOSED ""
!insertmacro WAIT_FOR_CLOSED "un."

Function .onInit
  SetRegView 64
  SetShellVarContext all
  ReadRegStr $0 HKLM "SOFTWARE\Microsoft\Windows NT\CurrentVersion" "CurrentBuildNumber"
  ${If} $0 < ${OLDEST}
    !insertmacro REFUSE 3 "${TITLE}需要 Windows 10 1809（内部版本 ${OLDEST}）或更新的系统，这台电脑是内部版本 $0。什么也没有安装。请先更新 Windows，或换一台电脑。"
  ${EndIf}
  ReadRegStr $1 HKLM "${UNINSTALL}" "DisplayVersion"
  ${If} $1 != ""
    ReadRegStr $2 HKLM "${UNINSTALL}" "InstallLocation"
    ${If} $2 != ""
      StrCpy $INSTDIR $2
    ${EndIf}
    ${VersionCompare} "$1" "${VERSION}" $3
    ${If} $3 == 1
      MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "这台电脑上已装有较新的版本 $1。版本 ${VERSION} 打不开新版本写过的数据。仍要装回 ${VERSION} 吗？" /SD IDNO IDYES go_on
      SetErrorLevel 5
      Quit
      go_on:
    ${EndIf}
  ${EndIf}
FunctionEnd

; All accounts of this PC work on one office, so each may change what another has written. S-1-5-32-545 is the group of
; all users, whatever Windows calls it. A link is left alone: any user could have put it there, to be given rights elsewhere.
Function MakeDataFolder
  CreateDirectory "${DATA}"
  ${GetFileAttributes} "${DATA}" "REPARSE_POINT" $0
  ${If} $0 != 1
    nsExec::Exec '"$SYSDIR\icacls.exe" "${DATA}" /grant "*S-1-5-32-545:(OI)(CI)M" /Q'
    Pop $0
    ${If} $0 == 0
      CreateDirectory "${DATA}\office" ; without it the program keeps the data in each account's own folder
    ${EndIf}
  ${EndIf}
FunctionEnd

; Not as the administrator who installs: the data would lie in the wrong place.
Function OpenProgram
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\${EXE}"'
FunctionEnd

Section
  Call WaitForClosed
  ${If} ${FileExists} "$INSTDIR\${EXE}"
    RMDir /r "$INSTDIR\_internal" ; nothing of the older version may be found by the newer one
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}/*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  Call MakeDataFolder
  CreateShortcut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\${EXE}"
  CreateShortcut "$DESKTOP\${TITLE}.lnk" "$INSTDIR\${EXE}"

  WriteRegStr HKLM "${CLASSES}\.hhb" "" "${KIND}"
  WriteRegStr HKLM "${CLASSES}\${KIND}" "" "${TITLE}数据包"
  WriteRegStr HKLM "${CLASSES}\${KIND}\DefaultIcon" "" "$INSTDIR\${EXE},0"
  WriteRegStr HKLM "${CLASSES}\${KIND}\shell\open\command" "" '"$INSTDIR\${EXE}" "%1"'

  WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "${TITLE}"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${EXE}"
  WriteRegStr HKLM "${UNINSTALL}" "Publisher" "${TITLE}"
  WriteRegStr HKLM "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL}" "NoRepair" 1
  ${RefreshShellIcons}
SectionEnd

Section "un.程序" REMOVE_PROGRAM
  SectionIn RO
  Call un.WaitForClosed
  ; Only what was installed: whoever chose a folder with other files in it keeps those.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${EXE}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  RMDir "${DATA}\office" ; only when nobody ever worked here
  RMDir "${DATA}"
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  Delete "$DESKTOP\${TITLE}.lnk"
  ReadRegStr $0 HKLM "${CLASSES}\.hhb" ""
  ${If} $0 == "${KIND}"
    DeleteRegKey HKLM "${CLASSES}\.hhb"
  ${EndIf}
  DeleteRegKey HKLM "${CLASSES}\${KIND}"
  DeleteRegKey HKLM "${UNINSTALL}"
  ${un.RefreshShellIcons}
SectionEnd

; Not ticked unless somebody ticks it, and in a silent removal nobody does.
Section /o "un.这台电脑上的办公数据（删除后不能恢复）" REMOVE_DATA
  !insertmacro ERASE "${DATA}"
  SetShellVarContext current
  !insertmacro ERASE "$LOCALAPPDATA\${NAME}"
SectionEnd

Function un.AskAboutData
  ${If} ${SectionIsSelected} ${REMOVE_DATA}
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "确定删除这台电脑上的全部办公数据吗？没有写到U盘或备份里的内容将找不回来。" IDYES go_on
    Abort
    go_on:
  ${EndIf}
FunctionEnd

Function un.onInit
  SetRegView 64
  SetShellVarContext all
FunctionEnd
